// SPDX-License-Identifier: GPL-2.0-only
// For the tests of reports: scenarios that are run, and a run written down by hand, whose text does
// not change when the simulated kernel learns a new step.
#pragma once

#include "kernel/cxl.hpp"
#include "kernel/module.hpp"
#include "report/verdict.hpp"
#include "run/machine.hpp"

#include <string>
#include <vector>

namespace report::test {

using kernel::Event;
using kernel::EventKind;
using kernel::name_of;
using kernel::Point;
using kernel::Range;
using kernel::Word;

inline constexpr Range first_range{0x850000000, 0x94fffffff};
inline constexpr Range second_range{0x950000000, 0xa4fffffff};
inline constexpr Range window_range{0x850000000, 0x284fffffff};

// One window, one administrator who loads dax_cxl.
inline scenario::Scenario flush_before_probe()
{
    scenario::Scenario scenario;
    scenario.title = "flush before any hmem_platform device probed";
    scenario.layout.windows.push_back({0, window_range});
    scenario.actors.push_back(
        {"admin", {{scenario::OperationCode::modprobe, name_of(Word::dax_cxl)}}});
    return scenario;
}

// And two ranges in it, with the work running between the two times it is queued.
inline scenario::Scenario work_between_queues()
{
    scenario::Scenario scenario = flush_before_probe();
    scenario.title = "work runs twice";
    scenario.layout.soft_reserved = {{first_range, 0}, {second_range, 1}};
    scenario.switches.push_back({.role = kernel::actor_role(0),
                                 .point = Point::queue_work,
                                 .object = name_of(Word::resolution),
                                 .arrival = 2,
                                 .target = kernel::role_of(Word::resolution)});
    return scenario;
}

// Events by hand, one call each.
class WrittenRun {
public:
    Event &add(EventKind kind, std::uint16_t task, kernel::Name object = {}, int value = 0)
    {
        Event &event = events.emplace_back();
        event.kind = kind;
        event.task = task;
        event.object = object;
        event.value = value;
        return event;
    }
    Event &add(EventKind kind, std::uint16_t task, kernel::Name object, Range range, int value = 0)
    {
        Event &event = add(kind, task, object, value);
        event.start = range.start;
        event.end = range.end;
        return event;
    }
    void phase(kernel::Phase phase) { add(EventKind::phase, 0, {}, static_cast<int>(phase)); }

    run::Result result(std::vector<properties::Violation> verdict = {}) const
    {
        return {events, roles, std::move(verdict), {}, {}, nullptr, true};
    }

    kernel::Events events;
    std::vector<kernel::Role> roles;
};

// For what is written by hand: nothing of it is run.
inline constexpr drivers::Revision written_revision{.id = "v7", .summary = "as posted"};

// Two tasks of one role. The first registers SR0 while the administrator waits for it.
inline WrittenRun short_run()
{
    const kernel::Name platform = name_of(Word::hmem_platform, 0);
    const kernel::Name resolution = name_of(Word::resolution);
    WrittenRun run;
    run.roles = {kernel::role_of(Word::boot), kernel::actor_role(0),
                 kernel::role_of(Word::resolution), kernel::role_of(Word::resolution)};
    run.phase(kernel::Phase::actors);
    run.add(EventKind::task_runs, 1);
    run.add(EventKind::operation, 1, name_of(Word::dax_cxl));
    run.add(EventKind::point, 1, resolution).detail = static_cast<std::uint8_t>(Point::queue_work);
    Event &queued = run.add(EventKind::work_queued, 1, resolution, 1);
    queued.other = name_of(Word::system_long_wq);
    queued.start = 1;
    run.add(EventKind::point, 1, resolution).detail = static_cast<std::uint8_t>(Point::queue_work);
    run.add(EventKind::switched, 1).extra = 2;
    run.add(EventKind::task_runs, 2);
    run.add(EventKind::work_begin, 2, resolution);
    run.add(EventKind::walk_begin, 2, platform, 1);
    run.add(EventKind::visit_begin, 2, platform, first_range);
    run.add(EventKind::message, 2, platform, first_range).caller = "registering";
    run.add(EventKind::dax_region_added, 2, name_of(Word::hmem, 1), first_range);
    run.add(EventKind::visit_end, 2, platform, first_range);
    run.add(EventKind::walk_end, 2, platform);
    run.add(EventKind::work_end, 2, resolution);
    run.add(EventKind::task_ended, 2);
    run.add(EventKind::task_runs, 1);
    run.add(EventKind::operation_done, 1, name_of(Word::dax_cxl), -16);
    run.add(EventKind::task_ended, 1);
    run.phase(kernel::Phase::epilogue);
    run.phase(kernel::Phase::end);
    return run;
}

// The first lines of a finding, whatever the table of properties says today.
inline std::string rule_text(properties::Property property)
{
    const properties::PropertyRow &row = properties::property_row(property);
    return "   Rule:  " + std::string(row.sentence) +
           "\n          (source of the rule: " + std::string(row.source) + ")\n";
}

} // namespace report::test
