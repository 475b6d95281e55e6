#include "app/logging.h"

#include "app/line_writer.h"
#include "app/log_file.h"
#include "app/log_form.h"
#include "base/log.h"
#include "base/printable.h"

#include <spdlog/details/os.h>
#include <spdlog/logger.h>
#include <spdlog/sinks/base_sink.h>
#include <spdlog/sinks/stdout_color_sinks.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace aip::app {
namespace {

spdlog::level::level_enum spdlogLevel(base::log::Level level) {
    using base::log::Level;
    switch (level) {
        case Level::trace:
            return spdlog::level::trace;
        case Level::debug:
            return spdlog::level::debug;
        case Level::info:
            return spdlog::level::info;
        case Level::warn:
            return spdlog::level::warn;
        case Level::error:
            return spdlog::level::err;
    }
    return spdlog::level::err;
}

constexpr std::array<std::string_view, 5> levelNames{"trace", "debug", "info", "warn", "error"};

constexpr std::size_t longestLine = 16U << 10U;
/// More than a line, so that a secret at its end is found whole.
constexpr std::size_t searched = 4 * longestLine;

/// One event is one line of bounded length, whatever a stranger has put into its text.
std::string shown(const Redaction& redaction, std::string_view line) {
    return base::printable(redaction(std::string(line.substr(0, searched))), longestLine);
}

/// The same for its fields, which programs read.
std::vector<base::log::Field> shown(const Redaction& redaction, base::log::Fields fields,
                                    std::deque<std::string>& texts) {
    std::vector<base::log::Field> all(fields.begin(), fields.end());
    for (auto& field : all) {
        if (auto* text = std::get_if<std::string_view>(&field.value)) {
            *text = texts.emplace_back(shown(redaction, *text));
        }
    }
    return all;
}

std::string payloadOf(LogFormat format, const Redaction& redaction, std::string_view line, base::log::Fields fields) {
    std::deque<std::string> texts;
    return logPayload(format, shown(redaction, line), shown(redaction, fields, texts));
}

/// Counts the lines that cannot be written, and says how many before the next one that can.
class LineSink : public spdlog::sinks::base_sink<std::mutex> {
  protected:
    explicit LineSink(LogFormat format) : _format(format) {}

    virtual base::Result<void> put(std::string_view line) = 0;
    bool loses() const { return _lost > 0; }

    void sink_it_(const spdlog::details::log_msg& message) final {
        if (_lost > 0) {
            const std::string text = std::to_string(_lost) + " lines could not be written: " + _why;
            const std::string payload = logPayload(_format, text, {});
            _lost = write({message.time, {}, message.logger_name, spdlog::level::warn, payload}) ? 0 : _lost;
        }
        _lost += write(message) ? 0 : 1;
    }
    void flush_() final {}

  private:
    bool write(const spdlog::details::log_msg& message) {
        spdlog::memory_buf_t line;
        formatter_->format(message, line);
        const auto written = put({line.data(), line.size()});
        _why = written ? _why : written.error().text();
        return static_cast<bool>(written);
    }

    const LogFormat _format;
    std::uint64_t _lost = 0;
    std::string _why;
};

/// A LogFile for many threads.
class FileSink final : public LineSink {
  public:
    FileSink(LogFormat format, LogFile::Settings settings, LogFile file)
        : LineSink(format), _settings(std::move(settings)), _file(std::move(file)) {}

    /// On an error it stays with the file that it has.
    base::Result<void> reopen() {
        auto opened = LogFile::open(_settings);
        if (!opened) {
            return opened.error();
        }
        const std::lock_guard lock(mutex_);
        _file = *std::move(opened);
        return {};
    }

  private:
    base::Result<void> put(std::string_view line) override { return _file.write(line); }

    const LogFile::Settings _settings;
    LogFile _file;
};

/// Standard error when it is no terminal. Whoever does not read it holds up the agent once, for a moment.
class StreamSink final : public LineSink {
  public:
    explicit StreamSink(LogFormat format) : LineSink(format) {}

  private:
    base::Result<void> put(std::string_view line) override {
        auto written = _writer.write(::fileno(stderr), line, loses() ? std::chrono::milliseconds(0) : patience);
        return written ? std::move(written) : std::move(written).error().within("standard error");
    }

    static constexpr std::chrono::seconds patience{1};
    LineWriter _writer;
};

spdlog::sink_ptr consoleSink(LogFormat format) {
    if (spdlog::details::os::in_terminal(stderr)) {
        return std::make_shared<spdlog::sinks::stderr_color_sink_mt>();
    }
    return std::make_shared<StreamSink>(format);
}

/// Null: there is no file.
std::shared_ptr<FileSink>& fileSink() {
    static std::shared_ptr<FileSink> sink;
    return sink;
}

/// Null: nothing is logged.
base::log::FieldSink& allSinks() {
    static base::log::FieldSink sink;
    return sink;
}

base::Result<void> openFile(const LogSettings& log) {
    const LogFile::Settings settings{log.file, log.maxFileSize, log.maxFiles, log.fileMode};
    auto file = LogFile::open(settings);
    if (!file) {
        return std::move(file).error().within("log.file");
    }
    fileSink() = std::make_shared<FileSink>(log.format, settings, *std::move(file));
    fileSink()->set_formatter(logFormatter(log.format, LogTarget::file));
    return {};
}

}  // namespace

base::Result<void> startLogging(const LogSettings& settings, Redaction redaction) {
    std::vector<spdlog::sink_ptr> sinks;
    if (settings.console) {
        sinks.push_back(consoleSink(settings.format));
        sinks.back()->set_formatter(logFormatter(settings.format, LogTarget::stream));
    }
    if (!settings.file.empty()) {
        if (auto opened = openFile(settings); !opened) {
            return opened;
        }
        sinks.push_back(fileSink());
    }
    auto logger = std::make_shared<spdlog::logger>("aip-agent", sinks.begin(), sinks.end());
    logger->set_level(spdlog::level::trace);
    logger->flush_on(spdlog::level::info);
    allSinks() = [logger, format = settings.format, redaction = std::move(redaction)](
                     base::log::Level level, std::string_view line, base::log::Fields fields) {
        logger->log(spdlogLevel(level), payloadOf(format, redaction, line, fields));
    };
    return setLogLevel(settings.level);
}

base::Result<void> setLogLevel(std::string_view level) {
    const auto found = std::ranges::find(levelNames, level);
    if (found != levelNames.end()) {
        base::log::setFieldSink(static_cast<base::log::Level>(found - levelNames.begin()), allSinks());
        return {};
    }
    if (level != "off") {
        return base::Error(base::Code::invalid, "a level is one of trace, debug, info, warn, error and off");
    }
    base::log::setSink(base::log::Level::error, {});
    return {};
}

void reopenLog() {
    if (!fileSink()) {
        return;
    }
    if (const auto reopened = fileSink()->reopen(); !reopened) {
        base::log::error("log.file cannot be opened again, the log goes on in the file that is open: {}",
                         reopened.error().text());
    } else {
        base::log::info("the log file is opened again");
    }
}

void stopLogging() {
    base::log::setSink(base::log::Level::error, {});
    allSinks() = {};
    fileSink().reset();
}

}  // namespace aip::app
