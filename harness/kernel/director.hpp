// SPDX-License-Identifier: GPL-2.0-only
// Who decides about every step of a run, in place of a list of switches.
#pragma once

#include "kernel/footprint.hpp"
#include "kernel/schedule.hpp"

#include <cstdint>

namespace kernel {

// Tasks as bits, by index: a run with more than 64 of them has none for the last ones.
using TaskSet = std::uint64_t;
inline constexpr std::uint16_t directed_tasks_max = 64;

// What one task did from where it went on to the next place where another one could.
struct Step {
    std::uint16_t task = 0;
    Footprint touched;
    TaskSet created = 0;
};

struct Decision {
    Occasion occasion{};
    TaskSet runnable = 0;
    std::uint16_t usual = 0; // who goes on by default
};

// Why a run that its director gave up has no verdict. It is told by its address: an array has one in the whole
// program, a literal one in each file.
inline constexpr char given_up[] = "given up by its director";

class Director {
public:
    virtual ~Director() = default;
    virtual void ended(const Step &step) = 0;
    // Who of the runnable ones goes on; no_task: the run is given up.
    virtual std::uint16_t choose(const Decision &decision) = 0;
    // Nobody can go on: what comes after comes from outside.
    virtual void at_rest() = 0;
};

} // namespace kernel
