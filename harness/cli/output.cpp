// SPDX-License-Identifier: GPL-2.0-only
#include "cli/output.hpp"

#include "cli/failure.hpp"
#include "cli/input.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"

#include <fmt/format.h>

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <vector>

namespace cli {
namespace {

[[noreturn]] void fail(const std::string &path, ExitCode code = exit_bad_input)
{
    throw Failure(code, fmt::format("{}: cannot write: {}", path, std::strerror(errno)));
}

bool write_to(std::FILE *file, std::string_view bytes)
{
    return std::fwrite(bytes.data(), 1, bytes.size(), file) == bytes.size() &&
           std::fflush(file) == 0;
}

void overwrite(const std::string &path, std::string_view bytes)
{
    std::FILE *file = std::fopen(path.c_str(), "wb");
    if (file == nullptr)
        fail(path);
    const bool written = write_to(file, bytes);
    if (std::fclose(file) != 0 || !written)
        fail(path);
}

// Beside the target, so that the rename stays within one file system. `temporary`: its name.
int open_beside(const std::string &path, std::string &temporary)
{
    temporary = path + ".XXXXXX";
    const int descriptor = mkstemp(temporary.data());
    if (descriptor < 0)
        fail(path);
    return descriptor;
}

void replace(const std::string &path, std::string_view bytes)
{
    std::string temporary;
    const int descriptor = open_beside(path, temporary);
    const mode_t mask = umask(0);
    umask(mask);
    std::FILE *file = fdopen(descriptor, "wb");
    bool good = file != nullptr && fchmod(descriptor, 0666 & ~mask) == 0 && write_to(file, bytes);
    good = file != nullptr && std::fclose(file) == 0 && good;
    if (good && std::rename(temporary.c_str(), path.c_str()) == 0)
        return;
    const int error = errno;
    std::remove(temporary.c_str());
    errno = error;
    fail(path);
}

std::string wire_bytes(const scenario::Scenario &scenario)
{
    const std::vector<std::uint8_t> bytes = scenario::encode(scenario, drivers::revision_ids());
    return {bytes.begin(), bytes.end()};
}

// What a reader of the output would miss.
void tell_losses(const scenario::Scenario &scenario)
{
    if (!scenario.title.empty() || !scenario.shows.empty() || !scenario.source.empty() ||
        !scenario.expect.empty() || !scenario.owners.empty() || scenario.open)
        std::fprintf(stderr, "note: the wire form carries neither title, source, shows, "
                             "[expect], [owners], open nor actors' names\n");
}

} // namespace

void print(std::string_view text)
{
    if (!write_to(stdout, text))
        fail("<stdout>", exit_no_verdict);
}

report::Paint paint_for_stdout()
{
    const char *terminal = std::getenv("TERM");
    const bool dumb = terminal != nullptr && std::string_view(terminal) == "dumb";
    return report::Paint(isatty(STDOUT_FILENO) != 0 && !dumb && std::getenv("NO_COLOR") == nullptr);
}

Progress::Progress(std::string_view what, std::size_t every)
    : what_(what), every_(every), shown_(isatty(STDERR_FILENO) != 0)
{}

Progress::~Progress()
{
    if (shown_ && steps_ >= every_)
        std::fprintf(stderr, "\r\x1b[K");
}

void Progress::step()
{
    ++steps_;
    if (shown_ && steps_ % every_ == 0)
        std::fprintf(stderr, "\r%s %zu", what_.c_str(), steps_);
}

void write_file(const std::string &path, std::string_view bytes)
{
    if (path == "-") {
        print(bytes);
        return;
    }
    std::error_code error;
    // What a link points to is replaced, not the link.
    const std::filesystem::path target = std::filesystem::canonical(path, error);
    if (error)
        replace(path, bytes);
    else if (std::filesystem::is_regular_file(target))
        replace(target.string(), bytes);
    else
        overwrite(path, bytes);
}

void require_writable(const std::string &path)
{
    std::error_code error;
    const std::filesystem::path target = std::filesystem::canonical(path, error);
    if (std::filesystem::is_directory(path))
        throw Failure(exit_bad_input, path + ": is a folder");
    if (path == "-" || (!error && !std::filesystem::is_regular_file(target)))
        throw Failure(exit_bad_input, path + ": is no file that can be read again");
    std::string temporary;
    close(open_beside(error ? path : target.string(), temporary));
    std::remove(temporary.c_str());
}

void write_scenario(const std::string &path, const scenario::Scenario &scenario,
                    const std::string &comment)
{
    const bool text = path == "-" || is_text_path(path);
    write_file(path, text ? comment + scenario::print_text(scenario) : wire_bytes(scenario));
    if (!text)
        tell_losses(scenario);
}

} // namespace cli
