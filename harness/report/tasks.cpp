// SPDX-License-Identifier: GPL-2.0-only
#include "report/tasks.hpp"

#include "scenario/words.hpp"

#include <algorithm>

namespace report {

TaskNames::TaskNames(std::span<const kernel::Role> roles, const scenario::Scenario &scenario)
    : width_(harness_.size())
{
    for (std::size_t i = 0; i < roles.size(); ++i) {
        std::string name = scenario::role_text(roles[i], scenario.actors);
        const auto earlier =
            std::count(roles.begin(), roles.begin() + static_cast<long>(i), roles[i]);
        if (earlier > 0)
            name += '/' + std::to_string(earlier + 1);
        width_ = std::max(width_, name.size());
        names_.push_back(std::move(name));
    }
}

const std::string &TaskNames::of(std::uint16_t task) const
{
    return task < names_.size() ? names_[task] : harness_;
}

std::uint16_t Processor::observe(const kernel::Event &event)
{
    using kernel::EventKind;
    switch (event.kind) {
    case EventKind::phase:
        current_ = no_task;
        return no_task;
    case EventKind::task_runs:
        current_ = event.task;
        return current_;
    case EventKind::blocks:
    case EventKind::task_ended:
        current_ = no_task;
        return event.task;
    case EventKind::stuck: // of every task, told when none runs
    case EventKind::stuck_holds:
        return event.task;
    case EventKind::misuse: // a deadlock has a guilty task although none runs
        return event.task;
    default:
        return current_;
    }
}

} // namespace report
