// SPDX-License-Identifier: GPL-2.0-only
// run(revision, scenario): the one function that serves every engine. It boots a simulated kernel
// with the revision's modules, lets the scenario's actors loose, waits for rest, unloads everything
// and hands what happened to the properties.
//
// Covers: the four phases of a run. Does not cover: judging (properties/), printing (report/).
#pragma once

#include "drivers/registry.hpp"
#include "kernel/event.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"
#include "properties/properties.hpp"
#include "scenario/scenario.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace run {

// The parts of a run, in order; of one that stops early, some are missing.
enum class Stage : std::uint8_t { begin, boot, actors, rest, epilogue, judge, end, done, count_ };

// Which records a run makes. Verdicts are the same, but that they name records by index: a run that cannot be
// judged by few (properties::usually_judged_records) is made again with more.
enum class Recording : std::uint8_t {
    everything,
    judged, // only as many as it takes to judge: nobody is to tell what happened
    ends,   // those, and those that say how it ends (final_state.hpp)
    // As many as it takes to judge; where a violation is found that is neither accepted nor open, or few are not
    // enough, all of them, by a second run. Not with a director.
    if_found,
};

struct Options {
    // raw: nothing is judged, freed objects go back to the heap at once and leaked ones are
    // forgotten, so that the sanitizers must speak.
    kernel::Memory memory = kernel::Memory::judged;
    // Where the simulated kernel's objects lie. It makes no difference to a judged run.
    kernel::Place place = kernel::usual_place();
    properties::Reading reading = properties::Reading::declared;
    Recording recording = Recording::everything;
    // Gets where the run could have gone another way, in place of what it held; nullptr: nobody asks.
    kernel::Choices *choices = nullptr;
    // Decides who runs, in place of the scenario's switches; nullptr: nobody does.
    kernel::Director *director = nullptr;
    // Called as each part begins, for benchmarks; of a run that is made again, twice.
    void (*entered)(Stage) = nullptr;
};

// What one run gives. The references hold until the machine's next run.
struct Result {
    const kernel::Events &events;
    const std::vector<kernel::Role> &roles;     // of every task, by index
    std::vector<properties::Violation> verdict; // in order of detection
    std::vector<properties::Unowned> unowned;   // information, no violation
    std::vector<bool> fault_fired;              // by index in the scenario
    const char *unmodelled = nullptr;           // not nullptr: no verdict, and why
    bool completed = false;                     // came through the epilogue
    bool configurable = true; // false: `unmodelled` says why there is no such kernel
    std::uint64_t steps = 0;

    bool all_faults_fired() const;
};

// Keeps fibers and buffers from run to run; carries nothing else over.
class Machine {
public:
    Machine();
    ~Machine();
    Machine(const Machine &) = delete;
    Machine &operator=(const Machine &) = delete;

    Result run(const drivers::Revision &revision, const scenario::Scenario &scenario,
               Options options = {});

private:
    std::optional<Result> run_once(const drivers::Revision &revision,
                                   const scenario::Scenario &scenario, const Options &options,
                                   const kernel::RecordSet &recorded);

    std::unique_ptr<kernel::State> state_;
};

} // namespace run
