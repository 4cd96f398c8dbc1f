// SPDX-License-Identifier: GPL-2.0-only
#include "report/switch_fate.hpp"

#include "scenario/sentences.hpp"

#include <fmt/format.h>

namespace report {

using kernel::Event;
using kernel::EventKind;

std::string_view fate_text(SwitchFate fate)
{
    switch (fate) {
    case SwitchFate::never_reached:
        return "never-reached";
    case SwitchFate::applied:
        return "applied";
    case SwitchFate::target_not_runnable:
        return "target-not-runnable";
    case SwitchFate::point_taken:
        break;
    }
    return "point-taken";
}

std::vector<SwitchFate> switch_fates(const run::Result &result, const scenario::Scenario &scenario)
{
    std::vector<SwitchFate> fates(scenario.switches.size(), SwitchFate::never_reached);
    bool taken = false; // a switch applied at the last place for one
    for (const Event &event : result.events) {
        if (event.kind == EventKind::point || event.kind == EventKind::blocks ||
            event.kind == EventKind::task_ended)
            taken = false;
        if (event.kind != EventKind::switched && event.kind != EventKind::switch_idle)
            continue;
        const auto index = static_cast<std::size_t>(event.value);
        const bool applied = event.kind == EventKind::switched;
        if (index < fates.size())
            fates[index] = applied ? SwitchFate::applied
                           : taken ? SwitchFate::point_taken
                                   : SwitchFate::target_not_runnable;
        taken |= applied;
    }
    return fates;
}

std::string switch_notes(const run::Result &result, const scenario::Scenario &scenario, Paint paint)
{
    const auto what_of = [](SwitchFate fate) -> std::string_view {
        switch (fate) {
        case SwitchFate::never_reached:
            return "was never reached";
        case SwitchFate::target_not_runnable:
            return "changed nothing, its target could not run";
        case SwitchFate::point_taken:
            return "changed nothing, another switch had its place";
        case SwitchFate::applied:
            break;
        }
        return "";
    };
    std::string text;
    const std::vector<SwitchFate> fates = switch_fates(result, scenario);
    for (std::size_t i = 0; i < fates.size(); ++i)
        if (fates[i] != SwitchFate::applied)
            text += fmt::format("{}: switch {} {}: {}\n", paint(Tone::known, "note"), i + 1,
                                what_of(fates[i]),
                                scenario::switch_text(scenario.switches[i], scenario.actors));
    return text;
}

} // namespace report
