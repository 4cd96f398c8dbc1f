// SPDX-License-Identifier: GPL-2.0-only
#include "cli/explore.hpp"

#include "cli/failure.hpp"
#include "cli/output.hpp"
#include "kernel/bounds.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <stdexcept>
#include <string_view>
#include <thread>

namespace cli {
namespace {

bool read_number(std::string_view text, std::size_t &number)
{
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    return read.ec == std::errc() && read.ptr == text.data() + text.size();
}

// A look at the clock takes a hundredth of a short run.
constexpr std::uint64_t runs_between_looks = 64;

bool keep(const std::string &path, bool stopped, const std::function<void()> &write)
{
    try {
        if (!path.empty() && stopped)
            write();
        else if (!path.empty())
            std::filesystem::remove(path);
        return true;
    } catch (const std::exception &error) {
        std::fprintf(stderr, "explore: what was found is not kept: %s\n", error.what());
        return false;
    }
}

} // namespace

std::size_t read_switches(const std::string &text)
{
    std::size_t number = 0;
    if (text == "all")
        return bounds::switches_max;
    if (!read_number(text, number) || number > bounds::switches_max)
        throw Failure(exit_bad_input,
                      fmt::format("--switches: {} is neither all nor a number up to {}", text,
                                  bounds::switches_max));
    return number;
}

Shard read_shard(const std::string &text)
{
    Shard shard;
    const std::size_t slash = std::min(text.find('/'), text.size());
    const std::string_view whole(text);
    if (!read_number(whole.substr(0, slash), shard.index) || slash == text.size() ||
        !read_number(whole.substr(slash + 1), shard.count) || shard.index == 0 ||
        shard.index > shard.count || shard.count > shards_max)
        throw Failure(
            exit_bad_input,
            fmt::format("--shard: {} is not I/N with I from 1 to N, N up to {}", text, shards_max));
    --shard.index;
    return shard;
}

void require_folder(const std::string &path)
{
    if (!path.empty() && !std::filesystem::is_directory(path))
        throw Failure(exit_bad_input, fmt::format("--write: {} is no folder", path));
}

std::string file_name(const properties::Finding &finding)
{
    std::string name = fmt::format("{}.{}", properties::property_row(finding.violation.property).id,
                                   finding.violation.cause);
    if (finding.judgement.status != properties::Status::violation)
        name += fmt::format(".{}.{}", properties::status_text(finding.judgement.status),
                            finding.judgement.id);
    return name + ".toml";
}

void write_row(const std::string &folder, const properties::Finding &finding,
               const scenario::Scenario &shown)
{
    if (folder.empty())
        return;
    if (shown.switches.size() <= bounds::switches_max)
        write_scenario(folder + '/' + file_name(finding), shown);
    else
        std::fprintf(stderr,
                     "explore: %s shows only with %zu switches as far as is known, a file holds "
                     "%zu: there is none for it\n",
                     properties::identity(finding.violation).c_str(), shown.switches.size(),
                     bounds::switches_max);
}

int exit_code_of(const run::Explored &explored, std::size_t violations)
{
    if (violations > 0)
        return exit_violation;
    return explored.unmodelled > 0 || explored.says_nothing() || !explored.is_whole()
               ? exit_no_verdict
               : exit_clean;
}

Limits::Limits(const ExploreCommandOptions &command)
    : runs_max_(command.runs),
      piece_(command.resume.empty() ? std::numeric_limits<double>::infinity() : command.keep_every)
{
    if (!command.resume.empty())
        interrupt_.emplace();
}

void Limits::begin_piece() { piece_begin_ = Clock::now(); }

bool Limits::is_piece_over(std::uint64_t asked) const
{
    return asked % runs_between_looks == 0 && Clock::now() - piece_begin_ >= piece_;
}

bool explore_in_pieces(const ExploreCommandOptions &command,
                       const std::function<bool(Limits &)> &piece,
                       const std::function<void()> &write)
{
    Limits limits(command);
    bool is_stopped = false;
    bool is_kept = true;
    do {
        limits.begin_piece();
        is_stopped = piece(limits);
        is_kept = keep(command.resume, is_stopped, write);
    } while (is_stopped && !limits.are_reached());
    return is_kept;
}

void run_jobs(const ExploreCommandOptions &command, const std::function<void(std::size_t)> &work)
{
    std::vector<std::string> refused(command.jobs);
    const auto try_to = [&](std::size_t job) {
        try {
            work(job);
        } catch (const std::invalid_argument &error) {
            refused[job] = error.what();
        }
    };
    std::vector<std::thread> others;
    for (std::size_t job = 1; job < command.jobs; ++job)
        others.emplace_back(try_to, job);
    try_to(0);
    for (std::thread &other : others)
        other.join();
    for (const std::string &why : refused)
        if (!why.empty())
            throw Failure(exit_bad_input,
                          fmt::format("{}: where to go on: {}", command.resume, why));
}

} // namespace cli
