// SPDX-License-Identifier: GPL-2.0-only
// A run as a kernel log: one line an event, with the task that did it.
//
//     [   98] > cxl-register      work item cxl-register starts, it can be queued again
//     [  100]   cxl-register        flush_work(resolution)
//     [  101]   cxl-register          WARN at flush_work(resolution): work item has no function
//
// The time stamp is the event's number, from 0. `>` marks the first line of another task than the
// line before; indentation shows what goes on inside an operation, a work item, a probe, a walk. A
// point reads as switches name it ("before queue_work resolution #2"), so that one can be copied.
//
// Covers: the lines. Does not cover: the words (sentence.hpp), what the verdict is (verdict.hpp).
// The same run gives the same text: no addresses, no time.
#pragma once

#include "report/tasks.hpp"
#include "run/machine.hpp"
#include "scenario/scenario.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace report {

// story: without points, locks, references, ids and queries; what is left tells what happened.
enum class Level : std::uint8_t { full, story };

struct TraceLine {
    std::size_t event = 0; // index in the run's events
    std::uint16_t task = no_task;
    std::size_t depth = 0; // of nesting, 0 outermost
    std::string text;
};

// `extra` are indices of events to tell whatever the level, ascending.
std::vector<TraceLine> trace_lines(const run::Result &result, const scenario::Scenario &scenario,
                                   Level level, std::span<const std::size_t> extra = {});

// One line without its newline. `switched`: the line before is another task's.
std::string line_text(const TraceLine &line, const TaskNames &tasks, bool switched);

// The whole run, each line with its newline.
std::string trace(const run::Result &result, const scenario::Scenario &scenario,
                  Level level = Level::full);

// Where two traces that should be the same, byte for byte, are not.
struct TraceDifference {
    std::size_t line = 0;  // from 1
    std::string_view left; // that line; empty where there is none
    std::string_view right;
};

std::optional<TraceDifference> first_difference(std::string_view left, std::string_view right);

} // namespace report
