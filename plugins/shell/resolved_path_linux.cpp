#include "refused.h"
#include "resolved_path.h"

#include <array>
#include <cerrno>
#include <climits>
#include <cstring>
#include <deque>

#include <fcntl.h>
#include <linux/magic.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

namespace aip::shell {

namespace {

constexpr int maxLinks = 40;  // the kernel's own limit

[[noreturn]] void refuse(const std::string& path, const std::string& reason) {
    throw Refused("'" + path + "' must not be read: " + reason);
}

std::deque<std::string> componentsOf(std::string_view path) {
    std::deque<std::string> components;
    while (!path.empty()) {
        const auto end = std::min(path.find('/'), path.size());
        if (const auto name = path.substr(0, end); !name.empty() && name != ".") {
            components.emplace_back(name);
        }
        path.remove_prefix(std::min(end + 1, path.size()));
    }
    return components;
}

std::string joined(const std::deque<std::string>& components) {
    std::string path;
    for (const auto& name : components) {
        path += "/" + name;
    }
    return path.empty() ? "/" : path;
}

/// `path` as text alone, ".." taken back.
std::string cleaned(const std::deque<std::string>& path) {
    std::deque<std::string> clean;
    for (const auto& name : path) {
        if (name != "..") {
            clean.push_back(name);
        } else if (!clean.empty()) {
            clean.pop_back();
        }
    }
    return joined(clean);
}

bool isMissing(int error) {
    return error == ENOENT || error == ENOTDIR || error == EACCES || error == ENAMETOOLONG;
}

/// Whether the kernel jumps instead of following the text of a link.
bool jumps(int directory, const std::string& name) {
    open_how how{};
    how.flags = O_PATH | O_CLOEXEC;
    how.resolve = RESOLVE_NO_MAGICLINKS;
    const Descriptor file(static_cast<int>(::syscall(SYS_openat2, directory, name.c_str(), &how, sizeof how)));
    return !file && errno == ELOOP;
}

std::string targetOf(const Descriptor& link) {
    std::array<char, PATH_MAX> target{};
    const auto size = ::readlinkat(link.get(), "", target.data(), target.size());
    return size <= 0 ? std::string() : std::string(target.data(), static_cast<std::size_t>(size));
}

class Walk {
  public:
    Walk(const ResolvedPath* directory, const std::string& path);

    ResolvedPath run() {
        while (!_rest.empty() && step()) {
        }
        note();
        return std::move(_result);
    }

  private:
    void enterRoot();
    void enter(Descriptor file, const Identity& identity);
    bool step();
    bool missing();
    void follow(const Descriptor& link, const std::string& name);
    void note();
    [[noreturn]] void refuse(const std::string& reason) const { shell::refuse(_path, reason); }

    const std::string& _path;
    ResolvedPath _result;
    std::deque<std::string> _real;  ///< walked, without links; _result.end is there
    std::deque<std::string> _rest;
    int _links = 0;
};

Walk::Walk(const ResolvedPath* directory, const std::string& path) : _path(path) {
    if (path.find('\0') != std::string::npos) {
        throw Refused("A path holds a NUL byte.");
    }
    if (path.size() >= PATH_MAX) {
        throw Refused("A path is too long.");
    }
    _rest = componentsOf(path);
    if (path.starts_with('/')) {
        enterRoot();
        note();
        return;
    }
    if (directory == nullptr || !directory->end) {
        refuse("it is not absolute, and there is no working directory");
    }
    for (const auto& form : directory->forms) {
        auto whole = componentsOf(form);
        whole.insert(whole.end(), _rest.begin(), _rest.end());
        _result.forms.push_back(cleaned(whole));
    }
    _real = componentsOf(directory->real());
    _result.passed = directory->passed;
    _result.end = Descriptor(::fcntl(directory->end.get(), F_DUPFD_CLOEXEC, 0));
}

void Walk::enterRoot() {
    _real.clear();
    _result.end = Descriptor(::open("/", O_PATH | O_CLOEXEC));
}

/// One form: what has been walked, and the rest as text.
void Walk::note() {
    auto whole = _real;
    whole.insert(whole.end(), _rest.begin(), _rest.end());
    if (auto form = cleaned(whole); _result.forms.empty() || _result.forms.back() != form) {
        _result.forms.push_back(std::move(form));
    }
}

/// False: the way ends here.
bool Walk::step() {
    const auto name = _rest.front();
    Descriptor next(::openat(_result.end.get(), name.c_str(), O_PATH | O_NOFOLLOW | O_CLOEXEC));
    struct stat status {};
    if (!next || ::fstat(next.get(), &status) != 0) {
        return missing();
    }
    _rest.pop_front();
    if (S_ISLNK(status.st_mode)) {
        follow(next, name);
        return true;
    }
    if (name != "..") {
        _real.push_back(name);
    } else if (!_real.empty()) {
        _real.pop_back();
    }
    enter(std::move(next), {status.st_dev, status.st_ino});
    return true;
}

void Walk::enter(Descriptor file, const Identity& identity) {
    struct statfs system {};
    if (::fstatfs(file.get(), &system) != 0 ||
        (system.f_type == PROC_SUPER_MAGIC && !isWithin(joined(_real), "/proc"))) {
        refuse("it lies in a proc file system that is not at /proc");
    }
    _result.end = std::move(file);
    _result.passed.push_back(identity);
}

bool Walk::missing() {
    if (!isMissing(errno)) {
        refuse(std::strerror(errno));
    }
    for (const auto& name : _rest) {
        if (name == "..") {
            refuse("'..' stands after something that is not there");
        }
    }
    _result.end = Descriptor();
    return false;
}

void Walk::follow(const Descriptor& link, const std::string& name) {
    if (++_links > maxLinks) {
        refuse(std::strerror(ELOOP));
    }
    const auto target = targetOf(link);
    if (target.empty() || jumps(_result.end.get(), name)) {
        refuse("a link on the way is one of the kernel's own, which leads anywhere, or leads in a circle");
    }
    const auto components = componentsOf(target);
    _rest.insert(_rest.begin(), components.begin(), components.end());
    if (target.starts_with('/')) {
        enterRoot();
    }
    note();
}

}  // namespace

ResolvedPath resolve(const std::string& absolutePath) {
    return Walk(nullptr, absolutePath).run();
}

ResolvedPath resolve(const ResolvedPath& directory, const std::string& path) {
    return Walk(&directory, path).run();
}

ResolvedPath currentDirectory() {
    std::array<char, PATH_MAX> path{};
    if (::getcwd(path.data(), path.size()) == nullptr || path.front() != '/') {
        return ResolvedPath{{}, {}, Descriptor()};
    }
    return resolve(std::string(path.data()));
}

std::string cleanPath(std::string_view path) {
    return cleaned(componentsOf(path));
}

bool isWithin(std::string_view path, std::string_view directory) {
    return directory == "/" ||
           (path.starts_with(directory) && (path.size() == directory.size() || path[directory.size()] == '/'));
}

}  // namespace aip::shell
