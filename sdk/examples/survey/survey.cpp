// A tool that takes its time, says how far it is, and stops when it is told to.
#include <aip/plugin.hpp>

#include <algorithm>
#include <filesystem>

namespace {

namespace fs = std::filesystem;

struct Summary {
    std::uint64_t files = 0;
    std::uint64_t folders = 0;
    std::uint64_t bytes = 0;

    static auto fields() {
        return aip::fields(aip::field("files", &Summary::files), aip::field("folders", &Summary::folders),
                           aip::field("bytes", &Summary::bytes));
    }
};

class Survey {
  public:
    static void describe(aip::Description<Survey>& d) {
        d.describe("Looks at everything below a folder.").nameSpace("Survey").concurrency(2);
        d.dataCollection("count", "Counts files, folders and bytes below a folder.", &Survey::count,
                         aip::param("path", "Absolute path of the folder").pattern("^/").maxLength(4096))
            .timeout(std::chrono::minutes(5));
        d.action("wait", "Waits, and says every tenth of it how far it is.", &Survey::wait,
                 aip::param("seconds", "How long", 0.05).min(0.0).max(600.0));
    }

    Summary count(const aip::Call& call, const std::string& path) const {
        std::error_code problem;
        fs::recursive_directory_iterator entry(path, fs::directory_options::skip_permission_denied, problem);
        if (problem) {
            throw aip::Error(aip::Code::notFound, path + ": " + problem.message());
        }
        Summary summary;
        for (; entry != fs::recursive_directory_iterator(); entry.increment(problem)) {
            add(*entry, summary);
            if ((summary.files + summary.folders) % 1000 == 0) {
                call.throwIfCancelled();
                call.progress(0, entry->path().string());  // how much there will be is not known
            }
        }
        return summary;
    }

    static void wait(const aip::Call& call, double seconds) {
        constexpr int steps = 10;
        const auto step =
            std::chrono::milliseconds(static_cast<std::int64_t>(std::clamp(seconds, 0.0, 600.0) * 1000 / steps));
        for (int i = 0; i < steps; ++i) {
            call.progress(1000 * i / steps, "step " + std::to_string(i + 1) + " of " + std::to_string(steps));
            if (call.waitCancelled(step)) {
                throw aip::Error(aip::Code::cancelled, "stopped in step " + std::to_string(i + 1));
            }
        }
        call.progress(1000);
    }

  private:
    static void add(const fs::directory_entry& entry, Summary& summary) {
        std::error_code gone;  // what vanishes while we look is not there
        if (entry.is_directory(gone)) {
            ++summary.folders;
        } else if (entry.is_regular_file(gone)) {
            ++summary.files;
            const auto size = entry.file_size(gone);
            summary.bytes += gone ? 0 : size;
        }
    }
};

}  // namespace

AIP_PLUGIN(Survey)
