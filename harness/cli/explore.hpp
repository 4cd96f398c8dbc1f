// SPDX-License-Identifier: GPL-2.0-only
// What the two ways to explore have in common: one program (explore_program.cpp), or all of them
// (explore_programs.cpp).
#pragma once

#include "cli/interrupt.hpp"
#include "cli/scenario_options.hpp"
#include "drivers/registry.hpp"
#include "run/explore.hpp"
#include "run/programs.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <vector>

namespace cli {

struct ExploreCommandOptions : ScenarioOptions {
    std::string switches; // empty: the default of the way
    std::size_t faults = 0;
    bool no_reduction = false;
    std::uint64_t runs = std::numeric_limits<std::uint64_t>::max();
    std::string shard = "1/1";
    std::size_t jobs = 1;
    std::string write;
    bool reached = false;
    std::string resume;             // a file for what was found before it was stopped
    double keep_every = 60;         // seconds between two times at which that is written
    std::vector<std::string> merge; // files
    bool all_programs = false;
    std::size_t operations = 2;
    std::size_t actors = 2;
    std::vector<std::string> layouts; // empty: all
    bool yes = false;
};

// What is split further has parts of a few runs.
inline constexpr std::size_t shards_max = 100'000;

struct Shard {
    std::size_t index = 0; // from 0
    std::size_t count = 1;
};

// "I/N", I from 1. Throws Failure (bad input).
Shard read_shard(const std::string &text);

// A number, or all. Throws Failure (bad input).
std::size_t read_switches(const std::string &text);

// Throws Failure (bad input) unless it is empty or a folder.
void require_folder(const std::string &path);

// The name of the file for a row; what two rows of one identity are told apart by is part of it.
std::string file_name(const properties::Finding &finding);

// The scenario of a row as a file in the folder, unless that is empty. What no file can hold is told on
// stderr.
void write_row(const std::string &folder, const properties::Finding &finding,
               const scenario::Scenario &shown);

int exit_code_of(const run::Explored &explored, std::size_t violations);

// When an exploration stops: for good, or between two pieces of it, to write what was found for --resume.
// Whoever ends the process without a warning takes one piece. For all jobs.
class Limits {
public:
    explicit Limits(const ExploreCommandOptions &command);

    void begin_piece();
    // Before each run. `asked`: how often this job has been, in this piece.
    bool is_piece_over(std::uint64_t asked) const;
    // A signal came; without --resume it ends the process.
    bool is_interrupted() const { return interrupt_ && interrupt_->is_asked(); }
    // One run more; false: that is more than --runs.
    bool count_run() { return made_++ < runs_max_; }
    bool are_reached() const { return is_interrupted() || made_ > runs_max_; }

private:
    using Clock = std::chrono::steady_clock;

    std::optional<Interrupt> interrupt_;
    std::uint64_t runs_max_;
    std::atomic<std::uint64_t> made_ = 0;
    std::chrono::duration<double> piece_;
    Clock::time_point piece_begin_{};
};

// Makes pieces until all is explored or a limit is reached. `piece` says whether it was stopped; then
// `write` is to write the file for --resume, if there is one; in the end that is removed. What went wrong
// with it is told on stderr, since what was found is still to be shown; false: something did.
bool explore_in_pieces(const ExploreCommandOptions &command,
                       const std::function<bool(Limits &)> &piece,
                       const std::function<void()> &write);

// Does the work of each job, from 0, side by side. Throws Failure (bad input) where one of them refuses the
// place at which it is to go on (std::invalid_argument).
void run_jobs(const ExploreCommandOptions &command, const std::function<void(std::size_t)> &work);

int explore_program(const ExploreCommandOptions &options);
int explore_programs(const ExploreCommandOptions &options);

struct Parts;
// What was found already, united.
int merge_program(const ExploreCommandOptions &options, const Parts &parts);
int merge_programs(const ExploreCommandOptions &options, const Parts &parts);

} // namespace cli
