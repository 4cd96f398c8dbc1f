// SPDX-License-Identifier: GPL-2.0-only
#include "generators/schedules.hpp"

#include "generators/names.hpp"
#include "scenario/words.hpp"

#include <algorithm>
#include <array>

namespace generators {

using kernel::Occasion;
using kernel::Point;
using kernel::Role;
using kernel::Word;
using scenario::Scenario;
using scenario::Switch;

namespace {

// Steps at which it matters who goes first. What is not listed is drawn less often, not never.
constexpr std::array decisive = {
    Point::operation,   Point::queue_work,       Point::work_start,      Point::flush_work,
    Point::cancel_work, Point::wait_probe_count, Point::device_lock,     Point::mutex_lock,
    Point::probe,       Point::module_live,      Point::driver_register, Point::text_free};

// Tasks that such a step is about.
constexpr std::array contenders = {Word::resolution, Word::cxl_register, Word::cxl_enumerate,
                                   Word::cxl_attach};

// Choices (points at which another task could run) in a run grow with what there is to do. A rough
// measure is enough: it only bounds where a change of favour may lie.
constexpr std::size_t choices_an_operation = 4;

std::size_t choices_guessed(const Scenario &scenario)
{
    std::size_t operations = 1;
    for (const scenario::Actor &actor : scenario.actors)
        operations += actor.operations.size();
    return operations * choices_an_operation;
}

Switch indexed(std::size_t gap, std::size_t pick, Occasion occasion = Occasion::before)
{
    Switch item;
    item.indexed = true;
    item.occasion = occasion;
    item.gap = static_cast<std::uint16_t>(gap);
    item.pick = static_cast<std::uint8_t>(pick);
    return item;
}

// After PCT (Burckhardt et al. 2010): the default schedule lets a task run until it blocks; at a few
// places, spread evenly over the whole run, another one is favoured from there on.
Switches changes_of_favour(const Scenario &scenario, std::size_t switches_max, Source &source)
{
    std::vector<std::size_t> places(std::min<std::size_t>(switches_max, 1 + source.below(4)));
    for (std::size_t &place : places)
        place = 1 + source.below(choices_guessed(scenario));
    std::sort(places.begin(), places.end());
    Switches switches;
    std::size_t last = 0;
    for (const std::size_t place : places) {
        switches.push_back(indexed(std::max<std::size_t>(place - last, 1), source.below(4)));
        last = place;
    }
    return switches;
}

// One task runs as soon as another comes to a step of a kind, each time it does.
Switches favourite(const Scenario &scenario, std::size_t switches_max, Source &source)
{
    Switches switches;
    const Switch first = named_switch(scenario, source);
    for (std::size_t i = std::min<std::size_t>(switches_max, 2 + source.below(4)); i > 0; --i) {
        Switch item = first;
        item.arrival = static_cast<std::uint16_t>(switches.size() + 1);
        switches.push_back(item);
    }
    return switches;
}

} // namespace

Switch indexed_switch(Source &source)
{
    // At most stops nobody or one other task could go on.
    if (source.one_in(5))
        return indexed(source.magnitude(4), source.below(2), Occasion::blocks);
    const std::size_t gap = source.magnitude(6);
    return indexed(gap, source.below(4));
}

Switch named_switch(const Scenario &scenario, Source &source)
{
    Switch item;
    item.role = any_role(scenario, source);
    const Point point = source.one_in(3) ? static_cast<Point>(source.below(scenario::points_count))
                                         : source.pick(decisive);
    // Who blocks does so behind a point, on its object.
    item.occasion =
        source.one_in(8) ? source.coin() ? Occasion::blocks : Occasion::ends : Occasion::before;
    if (item.occasion == Occasion::before)
        item.point = point;
    if (item.occasion != Occasion::ends)
        item.object = object_at(point, scenario, source);
    item.arrival = static_cast<std::uint16_t>(source.magnitude(3));
    item.target =
        source.coin() ? any_role(scenario, source) : kernel::role_of(source.pick(contenders));
    return item;
}

Switches make_switches(const Scenario &scenario, Schedule kind, std::size_t switches_max,
                       Source &source)
{
    Switches switches;
    switch (kind) {
    case Schedule::by_default:
    case Schedule::count_:
        break;
    case Schedule::few_switches:
        for (std::size_t i = std::min<std::size_t>(switches_max, 1 + source.below(3)); i > 0; --i)
            switches.push_back(source.coin() ? named_switch(scenario, source)
                                             : indexed_switch(source));
        break;
    case Schedule::priorities:
        return source.coin() ? changes_of_favour(scenario, switches_max, source)
                             : favourite(scenario, switches_max, source);
    case Schedule::fully_random: {
        const std::size_t gap_max = 1 + source.below(8);
        for (std::size_t i = source.below(switches_max + 1); i > 0; --i) {
            const std::size_t gap = 1 + source.below(gap_max);
            switches.push_back(indexed(gap, source.below(8)));
        }
        break;
    }
    }
    return switches;
}

Switches make_schedule(const Scenario &scenario, const Weights &weights, std::size_t switches_max,
                       Source &source)
{
    const auto kind = static_cast<Schedule>(source.weighted(weights.schedules));
    return make_switches(scenario, kind, switches_max, source);
}

} // namespace generators
