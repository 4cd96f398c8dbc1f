// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/look_ahead.hpp"

#include "drivers/registry.hpp"
#include "kernel/assert.hpp"
#include "run/machine.hpp"

#include <limits>

namespace fuzz {
namespace {

using generators::Passed;
using kernel::Event;
using kernel::EventKind;

bool is_last_phase(const Event &event)
{
    return event.kind == EventKind::phase &&
           event.value >= static_cast<int>(kernel::Phase::epilogue);
}

void note(const Event &event, const std::vector<kernel::Role> &roles,
          const scenario::Scenario &scenario, Passed &passed)
{
    switch (event.kind) {
    case EventKind::point:
        passed.steps.push_back(
            {roles[event.task], static_cast<kernel::Point>(event.detail), event.object});
        break;
    case EventKind::task_created:
        passed.tasks.push_back({roles[static_cast<std::size_t>(event.value)], passed.steps.size(),
                                std::numeric_limits<std::size_t>::max()});
        break;
    case EventKind::task_ended:
        passed.tasks[event.task].end = passed.steps.size();
        break;
    case EventKind::switched:
        passed.switched[static_cast<std::size_t>(event.value)] = true;
        break;
    case EventKind::switch_idle:
        if (scenario.switches[static_cast<std::size_t>(event.value)].indexed)
            passed.switched[static_cast<std::size_t>(event.value)] = true;
        break;
    default:
        break;
    }
}

} // namespace

Passed look_ahead(std::string_view revision_id, const scenario::Scenario &scenario)
{
    static run::Machine machine; // carries nothing over
    const drivers::Revision *revision = drivers::find_revision(revision_id);
    HARNESS_ASSERT(revision != nullptr);
    Passed passed;
    passed.switched.resize(scenario.switches.size());
    run::Options options;
    options.choices = &passed.choices;
    const run::Result result = machine.run(*revision, scenario, options);
    passed.fired = result.fault_fired;
    // In the epilogue, neither switches nor faults apply.
    for (const Event &event : result.events) {
        if (is_last_phase(event))
            break;
        note(event, result.roles, scenario, passed);
    }
    return passed;
}

} // namespace fuzz
