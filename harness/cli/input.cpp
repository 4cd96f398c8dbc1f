// SPDX-License-Identifier: GPL-2.0-only
#include "cli/input.hpp"

#include "cli/failure.hpp"
#include "kernel/bounds.hpp"
#include "properties/properties.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"
#include "scenario/words.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>
#include <variant>

namespace cli {
namespace {

std::string shown_path(const std::string &path) { return path == "-" ? "<stdin>" : path; }

// One byte more than any scenario has, so that what is too long is told from what just fits.
constexpr std::size_t bytes_max = bounds::text_bytes_max + 1;
static_assert(bounds::wire_bytes_max < bytes_max);

std::string read_bytes(const std::string &path)
{
    const auto fail = [&] {
        throw Failure(exit_bad_input,
                      fmt::format("{}: cannot read: {}", shown_path(path), std::strerror(errno)));
    };
    std::unique_ptr<std::FILE, int (*)(std::FILE *)> opened(nullptr, std::fclose);
    std::FILE *file = stdin;
    if (path != "-") {
        opened.reset(std::fopen(path.c_str(), "rb"));
        file = opened.get();
    }
    if (file == nullptr)
        fail();
    std::string bytes(bytes_max, '\0');
    bytes.resize(std::fread(bytes.data(), 1, bytes.size(), file));
    if (std::ferror(file) != 0)
        fail();
    return bytes;
}

std::vector<std::string_view> property_ids()
{
    std::vector<std::string_view> ids;
    for (std::size_t i = 0; i < properties::property_count; ++i)
        ids.push_back(properties::property_row(static_cast<properties::Property>(i)).id);
    return ids;
}

scenario::Scenario read_text(const std::string &path, std::string_view bytes)
{
    const std::vector<std::string_view> properties = property_ids();
    auto read = scenario::parse_text(bytes, {drivers::revision_ids(), properties});
    if (const auto *error = std::get_if<scenario::TextError>(&read))
        throw Failure(exit_bad_input, fmt::format("{}:{}:{}: {}", shown_path(path), error->line,
                                                  error->column, error->message));
    return std::get<scenario::Scenario>(std::move(read));
}

bool is_text(const std::string &path, const std::string &format)
{
    return format.empty() ? is_text_path(path) : format == "text";
}

} // namespace

bool is_text_path(const std::string &path) { return std::string_view(path).ends_with(".toml"); }

scenario::Scenario read_scenario(const std::string &path, const std::string &format)
{
    const std::string bytes = read_bytes(path);
    if (is_text(path, format))
        return read_text(path, bytes);
    // Any bytes are a scenario of the wire form: a text that was meant to be one runs as nonsense.
    if (format.empty() && !bytes.empty() &&
        std::holds_alternative<scenario::Scenario>(scenario::parse_text(bytes)))
        std::fprintf(stderr, "note: %s is read as wire, but is text, too: --format text?\n",
                     shown_path(path).c_str());
    const std::span<const char> chars(bytes);
    return scenario::decode({reinterpret_cast<const std::uint8_t *>(chars.data()), chars.size()},
                            drivers::revision_ids());
}

std::string leading_comment(const std::string &path, const std::string &format)
{
    if (path == "-" || !is_text(path, format))
        return {};
    const std::string bytes = read_bytes(path);
    std::size_t end = 0;
    while (end < bytes.size() && (bytes[end] == '#' || bytes[end] == '\n'))
        end = std::min(bytes.find('\n', end), bytes.size() - 1) + 1;
    return bytes.substr(0, end);
}

std::vector<std::string> regression_paths(const std::string &folder)
{
    std::vector<std::string> paths;
    std::error_code error;
    for (std::filesystem::directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error))
        if (is_text_path(entry->path().string()))
            paths.push_back(entry->path().string());
    if (error)
        throw Failure(exit_bad_input,
                      fmt::format("{}: cannot read: {}; --regressions says where they are", folder,
                                  error.message()));
    if (paths.empty())
        throw Failure(
            exit_bad_input,
            fmt::format("{}: there is no *.toml in it; --regressions says where they are", folder));
    std::sort(paths.begin(), paths.end());
    return paths;
}

std::vector<std::string> files_below(const std::string &path)
{
    if (!std::filesystem::is_directory(path))
        return {path};
    std::vector<std::string> files;
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator entry(path, error), end;
         !error && entry != end; entry.increment(error))
        if (entry->is_regular_file() && entry->path().extension() != ".md")
            files.push_back(entry->path().string());
    if (error)
        throw Failure(exit_bad_input, fmt::format("{}: cannot read: {}", path, error.message()));
    std::sort(files.begin(), files.end());
    return files;
}

std::vector<const drivers::Revision *> chosen_revisions(const std::vector<std::string> &ids)
{
    for (const std::string &id : ids)
        choose_revision(id, {});
    std::vector<const drivers::Revision *> chosen;
    for (const drivers::Revision *revision : drivers::revisions_in_order())
        if (ids.empty() || std::find(ids.begin(), ids.end(), revision->id) != ids.end())
            chosen.push_back(revision);
    return chosen;
}

const drivers::Revision &choose_revision(const std::string &option,
                                         const scenario::Scenario &scenario)
{
    const std::string id = !option.empty()              ? option
                           : !scenario.revision.empty() ? scenario.revision
                                                        : default_revision;
    if (const drivers::Revision *revision = drivers::find_revision(id))
        return *revision;
    // A scenario that was read names none that is unknown.
    throw Failure(exit_bad_input,
                  "--revision: " + scenario::unknown_word("revision", id, drivers::revision_ids()));
}

} // namespace cli
