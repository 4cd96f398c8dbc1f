// SPDX-License-Identifier: GPL-2.0-only
#include "report/trace.hpp"

#include "report/sentence.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

namespace report {
namespace {

using kernel::Event;
using kernel::EventKind;
using kernel::Word;

// The event that ends what this one begins; count_ if it begins nothing.
EventKind end_of(EventKind kind)
{
    switch (kind) {
    case EventKind::operation:
        return EventKind::operation_done;
    case EventKind::work_begin:
        return EventKind::work_end;
    case EventKind::flush_begin:
        return EventKind::flush_end;
    case EventKind::probe_begin:
        return EventKind::probe_end;
    case EventKind::unbind_begin:
        return EventKind::unbind_end;
    case EventKind::walk_begin:
        return EventKind::walk_end;
    case EventKind::visit_begin:
        return EventKind::visit_end;
    default:
        return EventKind::count_;
    }
}

// Devices and drivers on the way of ownership; the others are machinery.
bool owns(Word word)
{
    return word == Word::hmem_platform || word == Word::hmem || word == Word::region ||
           word == Word::dax_region || word == Word::cxl_dax_region;
}

bool in_story(const Event &event)
{
    switch (event.kind) {
    case EventKind::phase:
    case EventKind::switched:
    case EventKind::switch_idle:
    case EventKind::blocks:
    case EventKind::stuck:
    case EventKind::stuck_holds:
    case EventKind::fault:
    case EventKind::operation:
    case EventKind::operation_done:
    case EventKind::message:
    case EventKind::misuse:
    case EventKind::work_queued:
    case EventKind::work_begin:
    case EventKind::work_end:
    case EventKind::work_cancelled:
    case EventKind::flush_begin:
    case EventKind::flush_end:
    case EventKind::module_state:
    case EventKind::hmem_range_dropped:
    case EventKind::soft_reserved:
    case EventKind::hmem_range:
    case EventKind::window_published:
    case EventKind::window_withdrawn:
    case EventKind::region_state:
    case EventKind::contains:
    case EventKind::walk_begin:
    case EventKind::visit_begin:
    case EventKind::dax_region_added:
    case EventKind::dax_region_conflict:
    case EventKind::dax_region_removed:
    case EventKind::memory_online:
    case EventKind::memory_offline:
    case EventKind::mock_range:
        return true;
    case EventKind::device_added:
    case EventKind::device_deleted:
    case EventKind::probe_begin:
    case EventKind::unbind_begin:
    case EventKind::driver_registered:
    case EventKind::driver_unregistered:
        return owns(event.object.word);
    case EventKind::probe_end:
        return event.value != 0 || owns(event.object.word);
    case EventKind::visit_end:
    case EventKind::walk_end:
        return event.value != 0;
    case EventKind::task_created:
    case EventKind::task_ended:
    case EventKind::task_runs:
    case EventKind::point:
    case EventKind::lock:
    case EventKind::unlock:
    case EventKind::order:
    case EventKind::waits:
    case EventKind::allocated:
    case EventKind::driver_listed:
    case EventKind::device_freed:
    case EventKind::device_get:
    case EventKind::device_put:
    case EventKind::device_kept:
    case EventKind::unbind_end:
    case EventKind::devres_added:
    case EventKind::intersects:
    case EventKind::memory_refused: // the message and the failed probe tell of it
    case EventKind::memregion_allocated:
    case EventKind::memregion_freed:
    case EventKind::count_:
        break;
    }
    return false;
}

// What one task has begun and not ended, outermost first.
struct TaskState {
    struct Open {
        const Event *event;
        bool told;
    };
    std::vector<Open> open;
    const Event *last_point = nullptr;

    std::size_t depth() const
    {
        return static_cast<std::size_t>(
            std::count_if(open.begin(), open.end(), [](const Open &entry) { return entry.told; }));
    }
};

// How often each role came to each point on each object, while switches apply.
class Arrivals {
public:
    void observe_phase(const Event &event)
    {
        const auto phase = static_cast<kernel::Phase>(event.value);
        counting_ = phase != kernel::Phase::epilogue && phase != kernel::Phase::end;
    }
    unsigned next(kernel::Role role, const Event &point)
    {
        return counting_
                   ? ++counts_[{static_cast<int>(role.kind), static_cast<int>(role.object.word),
                                role.object.number, role.object.part, point.detail,
                                static_cast<int>(point.object.word), point.object.number,
                                point.object.part}]
                   : 0;
    }

private:
    std::map<std::array<int, 8>, unsigned> counts_; // by role, point and object
    bool counting_ = false;
};

class Teller {
public:
    Teller(const run::Result &result, const scenario::Scenario &scenario, const TaskNames &tasks)
        : roles_(result.roles), telling_{scenario, tasks}
    {}

    // `told`: whether the level wants the event. Appends its line if so.
    void observe(const Event &event, std::size_t index, bool told, std::vector<TraceLine> &lines)
    {
        const std::uint16_t task = processor_.observe(event);
        TaskState &state = states_[task];
        Moment moment;
        moment.last_point = state.last_point;
        if (event.kind == EventKind::phase)
            arrivals_.observe_phase(event);
        if (event.kind == EventKind::point) {
            state.last_point = &event;
            if (task < roles_.size())
                moment.arrival = arrivals_.next(roles_[task], event);
        }
        if (!state.open.empty() && end_of(state.open.back().event->kind) == event.kind) {
            moment.opened = state.open.back().event;
            state.open.pop_back();
        }
        if (told)
            lines.push_back({index, task, state.depth(), sentence(event, moment, telling_)});
        if (end_of(event.kind) != EventKind::count_)
            state.open.push_back({&event, told});
    }

private:
    const std::vector<kernel::Role> &roles_;
    Telling telling_;
    Processor processor_;
    Arrivals arrivals_;
    std::map<std::uint16_t, TaskState> states_;
};

} // namespace

std::vector<TraceLine> trace_lines(const run::Result &result, const scenario::Scenario &scenario,
                                   Level level, std::span<const std::size_t> extra)
{
    const TaskNames tasks(result.roles, scenario);
    Teller teller(result, scenario, tasks);
    std::vector<TraceLine> lines;
    for (std::size_t i = 0; i < result.events.size(); ++i) {
        const bool told = level == Level::full || in_story(result.events[i]) ||
                          std::binary_search(extra.begin(), extra.end(), i);
        teller.observe(result.events[i], i, told, lines);
    }
    return lines;
}

std::string line_text(const TraceLine &line, const TaskNames &tasks, bool switched)
{
    return fmt::format("[{:5}] {} {:<{}}  {:{}}{}", line.event, switched ? '>' : ' ',
                       tasks.of(line.task), tasks.width(), "", 2 * line.depth, line.text);
}

std::string trace(const run::Result &result, const scenario::Scenario &scenario, Level level)
{
    const TaskNames tasks(result.roles, scenario);
    std::string text;
    const TraceLine *last = nullptr;
    const std::vector<TraceLine> lines = trace_lines(result, scenario, level);
    for (const TraceLine &line : lines) {
        text += line_text(line, tasks, last == nullptr || last->task != line.task) + '\n';
        last = &line;
    }
    return text;
}

std::optional<TraceDifference> first_difference(std::string_view left, std::string_view right)
{
    const auto [end, other] = std::mismatch(left.begin(), left.end(), right.begin(), right.end());
    if (end == left.end() && other == right.end())
        return std::nullopt;
    const std::string_view common = left.substr(0, static_cast<std::size_t>(end - left.begin()));
    const std::size_t start = common.rfind('\n') + 1; // npos + 1 is 0
    const auto line_of = [&](std::string_view text) {
        return text.substr(start, text.find('\n', common.size()) - start);
    };
    const auto before = std::count(common.begin(), common.end(), '\n');
    return TraceDifference{static_cast<std::size_t>(before) + 1, line_of(left), line_of(right)};
}

} // namespace report
