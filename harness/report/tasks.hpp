// SPDX-License-Identifier: GPL-2.0-only
// What the tasks of a run are called in reports, and which of them recorded an event.
#pragma once

#include "kernel/event.hpp"
#include "kernel/name.hpp"
#include "scenario/scenario.hpp"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace report {

// The harness itself, between tasks: phases, the tasks it starts.
inline constexpr std::uint16_t no_task = 0xffff;

class TaskNames {
public:
    TaskNames(std::span<const kernel::Role> roles, const scenario::Scenario &scenario);

    // "admin", "resolution", "probe:hmem.1"; the second task of a role is "resolution/2". An
    // unknown index and no_task are "harness".
    const std::string &of(std::uint16_t task) const;
    std::size_t width() const { return width_; } // of the longest, in characters

private:
    std::vector<std::string> names_;
    std::string harness_ = "harness";
    std::size_t width_ = 0;
};

// Follows the processor through a run. Records made between tasks carry the index of the first
// task; this tells them apart.
class Processor {
public:
    // Events in order. The task that recorded this one, or no_task.
    std::uint16_t observe(const kernel::Event &event);

private:
    std::uint16_t current_ = no_task;
};

} // namespace report
