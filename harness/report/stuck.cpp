// SPDX-License-Identifier: GPL-2.0-only
#include "report/stuck.hpp"

#include "report/sentence.hpp"
#include "report/tasks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace report {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Wait;
using kernel::Word;

struct StuckTask {
    std::uint16_t task = 0;
    Wait wait{};
    kernel::Name object;
    std::vector<kernel::Name> held;
};

std::vector<StuckTask> stuck_tasks(std::span<const Event> events)
{
    std::vector<StuckTask> tasks;
    for (const Event &event : events) {
        if (event.kind == EventKind::stuck)
            tasks.push_back({event.task, static_cast<Wait>(event.detail), event.object, {}});
        else if (event.kind == EventKind::stuck_holds && !tasks.empty())
            tasks.back().held.push_back(event.object);
    }
    return tasks;
}

// Whether the other task has what this one waits for.
bool waits_for(const StuckTask &task, const StuckTask &other, kernel::Role role)
{
    switch (task.wait) {
    case Wait::lock:
        return std::find(other.held.begin(), other.held.end(), task.object) != other.held.end();
    case Wait::work_done:
        return role.kind == task.object.word;
    case Wait::async_done:
        return role.kind == Word::probe;
    case Wait::child_task:
        return role.kind == Word::modprobe && role.object == task.object;
    case Wait::workqueue_done:
    case Wait::probe_count:
    case Wait::module_settled:
    case Wait::bind_file_writers:
    case Wait::region_file_writers:
    case Wait::driver_walkers:
        break;
    }
    return false;
}

} // namespace

std::string stuck_text(const run::Result &result, const scenario::Scenario &scenario)
{
    const TaskNames names(result.roles, scenario);
    const std::vector<StuckTask> tasks = stuck_tasks(result.events);
    std::string text;
    for (const StuckTask &task : tasks) {
        std::string held;
        for (const kernel::Name lock : task.held)
            held += fmt::format("{}{}", held.empty() ? "" : ", ", kernel::to_string(lock));
        std::string owners;
        for (const StuckTask &other : tasks)
            if (other.task < result.roles.size() &&
                waits_for(task, other, result.roles[other.task]))
                owners += fmt::format("{}{}", owners.empty() ? "" : ", ", names.of(other.task));
        text +=
            fmt::format("   {:<6} {} {}waits for {}{}\n", text.empty() ? "Tasks:" : "",
                        names.of(task.task), held.empty() ? "" : fmt::format("holds {} and ", held),
                        waited_for(task.wait, task.object),
                        owners.empty() ? "" : fmt::format(" (with {})", owners));
    }
    return text;
}

} // namespace report
