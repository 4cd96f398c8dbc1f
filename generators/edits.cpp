// SPDX-License-Identifier: GPL-2.0-only
#include "generators/edits.hpp"

#include "generators/actors.hpp"
#include "generators/faults.hpp"
#include "generators/layout_edits.hpp"
#include "generators/layouts.hpp"
#include "generators/scenarios.hpp"
#include "generators/schedule_edits.hpp"
#include "generators/schedules.hpp"
#include "kernel/bounds.hpp"
#include "scenario/sentences.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace generators {

using scenario::Actor;
using scenario::Operation;
using scenario::Scenario;

namespace {

template <typename Item> using Place = typename std::vector<Item>::difference_type;

template <typename Item> Place<Item> gap_in(const std::vector<Item> &items, Source &source)
{
    return static_cast<Place<Item>>(source.below(items.size() + 1));
}

// ---------------------------------------------------------------- actors

// nullptr if there is no actor.
Operations *some_operations(Scenario &scenario, Source &source)
{
    return scenario.actors.empty() ? nullptr : &source.pick(scenario.actors).operations;
}

// Of an actor that has any.
Operations *some_nonempty(Scenario &scenario, Source &source)
{
    std::vector<Operations *> candidates;
    for (Actor &actor : scenario.actors)
        if (!actor.operations.empty())
            candidates.push_back(&actor.operations);
    return candidates.empty() ? nullptr : source.pick(candidates);
}

void insert_at(Operations &operations, Place<Operation> place, const Operations &more)
{
    operations.insert(operations.begin() + place, more.begin(), more.end());
    operations.resize(std::min(operations.size(), bounds::operations_max));
}

void add_actor(Scenario &scenario, Source &source)
{
    if (scenario.actors.size() >= bounds::actors_max)
        return;
    scenario.actors.push_back(make_actor(scenario.actors.size()));
    scenario.actors.back().operations =
        source.coin() ? make_story(scenario.layout, even_weights(), source)
                      : Operations{make_operation(scenario.layout, even_weights(), source)};
}

void drop_actor(Scenario &scenario, Source &source)
{
    if (!scenario.actors.empty())
        scenario.actors.erase(scenario.actors.begin() +
                              static_cast<Place<Actor>>(source.below(scenario.actors.size())));
}

void insert_operation(Scenario &scenario, Source &source)
{
    Operations *operations = some_operations(scenario, source);
    if (operations == nullptr)
        return add_actor(scenario, source);
    const auto place = source.coin() ? static_cast<Place<Operation>>(operations->size())
                                     : gap_in(*operations, source);
    insert_at(*operations, place, {make_operation(scenario.layout, even_weights(), source)});
}

void insert_story(Scenario &scenario, Source &source)
{
    Operations *operations = some_operations(scenario, source);
    if (operations == nullptr)
        return add_actor(scenario, source);
    const Operations story = make_story(scenario.layout, even_weights(), source);
    *operations = merged(std::move(*operations), story, source);
}

void repeat_operations(Scenario &scenario, Source &source)
{
    Operations *operations = some_nonempty(scenario, source);
    if (operations == nullptr)
        return;
    const std::size_t first = source.below(operations->size());
    const std::size_t count = std::min(source.magnitude(2), operations->size() - first);
    const auto start = operations->begin() + static_cast<Place<Operation>>(first);
    insert_at(*operations, gap_in(*operations, source),
              {start, start + static_cast<Place<Operation>>(count)});
}

void drop_operation(Scenario &scenario, Source &source)
{
    if (Operations *operations = some_nonempty(scenario, source))
        operations->erase(operations->begin() +
                          static_cast<Place<Operation>>(source.below(operations->size())));
}

void swap_operations(Scenario &scenario, Source &source)
{
    Operations *left = some_nonempty(scenario, source);
    if (left == nullptr)
        return;
    Operations *right = source.coin() ? left : some_nonempty(scenario, source);
    Operation &first = source.pick(*left);
    std::swap(first, source.pick(*right));
}

// To another actor, or to another place of its own.
void move_operation(Scenario &scenario, Source &source)
{
    Operations *from = some_nonempty(scenario, source);
    if (from == nullptr)
        return;
    const auto place = from->begin() + static_cast<Place<Operation>>(source.below(from->size()));
    const Operation moved = *place;
    from->erase(place);
    if (scenario.actors.size() < bounds::actors_max && source.one_in(4)) {
        scenario.actors.push_back(make_actor(scenario.actors.size()));
        scenario.actors.back().operations = {moved};
        return;
    }
    Operations &to = source.pick(scenario.actors).operations;
    if (to.size() < bounds::operations_max)
        to.insert(to.begin() + gap_in(to, source), moved);
}

// The same on something else, or something else on the same.
void change_operation(Scenario &scenario, Source &source)
{
    Operations *operations = some_nonempty(scenario, source);
    if (operations == nullptr)
        return;
    Operation &operation = source.pick(*operations);
    const Operation other = make_operation(scenario.layout, even_weights(), source);
    if (scenario::operation_row(other.code).operand ==
        scenario::operation_row(operation.code).operand)
        operation.code = other.code;
    else if (const auto object = object_for(operation.code, scenario.layout, source))
        operation.object = *object;
}

// ---------------------------------------------------------------- faults

void insert_fault(Scenario &scenario, Source &source)
{
    if (scenario.faults.size() < bounds::faults_max)
        scenario.faults.push_back(make_fault(scenario, source));
}

void drop_fault(Scenario &scenario, Source &source)
{
    auto &faults = scenario.faults;
    if (!faults.empty())
        faults.erase(faults.begin() +
                     static_cast<Place<scenario::Fault>>(source.below(faults.size())));
}

// One call later or earlier, or in another task, or another call.
void change_fault(Scenario &scenario, Source &source)
{
    if (scenario.faults.empty())
        return;
    scenario::Fault &fault = source.pick(scenario.faults);
    const scenario::Fault other = make_fault(scenario, source);
    switch (source.below(4)) {
    case 0:
        fault.role = other.role;
        break;
    case 1:
        fault = other;
        break;
    default:
        fault.count = stepped(fault.count, source);
        break;
    }
}

// ---------------------------------------------------------------- all of it

void regenerate_layout(Scenario &scenario, Source &source)
{
    const Weights weights = swarm(source);
    scenario.layout = make_layout(weights, Size().shapes, source);
}

void regenerate_actors(Scenario &scenario, Source &source)
{
    const Weights weights = swarm(source);
    scenario.actors = make_actors(scenario.layout, weights, Size().operations, source);
}

void regenerate_faults(Scenario &scenario, Source &source)
{
    const Weights weights = swarm(source);
    scenario.faults = make_faults(scenario, weights, Size().faults, source);
}

void regenerate_schedule(Scenario &scenario, Source &source)
{
    const Weights weights = swarm(source);
    scenario.switches = make_schedule(scenario, weights, Size().switches, source);
}

constexpr Edit table[] = {
    {"insert operation", 20, Runs::sequential, insert_operation},
    {"insert story", 8, Runs::sequential, insert_story},
    {"repeat operations", 4, Runs::sequential, repeat_operations},
    {"drop operation", 8, Runs::sequential, drop_operation},
    {"swap operations", 4, Runs::sequential, swap_operations},
    {"move operation", 4, Runs::sequential, move_operation},
    {"change operation", 8, Runs::sequential, change_operation},
    {"add actor", 2, Runs::sequential, add_actor},
    {"drop actor", 2, Runs::sequential, drop_actor},
    {"insert shape", 12, Runs::sequential, insert_shape},
    {"nudge edge", 8, Runs::sequential, nudge_some_edge},
    {"copy range", 6, Runs::sequential, copy_range},
    {"drop range", 4, Runs::sequential, drop_range},
    {"change traits", 6, Runs::sequential, change_traits},
    {"insert switch", 12, Runs::scheduled, insert_switch},
    {"drop switch", 4, Runs::scheduled, drop_switch},
    {"nudge switch", 8, Runs::scheduled, nudge_switch},
    {"splice schedule", 2, Runs::scheduled, repeat_switches},
    {"insert fault", 8, Runs::scheduled, insert_fault},
    {"drop fault", 4, Runs::scheduled, drop_fault},
    {"change fault", 8, Runs::scheduled, change_fault},
    {"regenerate layout", 1, Runs::sequential, regenerate_layout},
    {"regenerate actors", 1, Runs::sequential, regenerate_actors},
    {"regenerate faults", 1, Runs::scheduled, regenerate_faults},
    {"regenerate schedule", 1, Runs::scheduled, regenerate_schedule},
};

// ---------------------------------------------------------------- crossing

// Either list, or the head of one and the tail of the other.
template <typename Item>
std::vector<Item> spliced(const std::vector<Item> &left, const std::vector<Item> &right,
                          std::size_t limit, Source &source)
{
    switch (source.below(4)) {
    case 0:
        return left;
    case 1:
        return right;
    default: {
        std::vector<Item> child(left.begin(), left.begin() + gap_in(left, source));
        child.insert(child.end(), right.begin() + gap_in(right, source), right.end());
        if (child.size() > limit)
            child.resize(limit);
        return child;
    }
    }
}

scenario::Layout cross(const scenario::Layout &left, const scenario::Layout &right, Source &source)
{
    if (!source.one_in(3)) // layouts are a whole: ranges, windows and regions fit each other
        return source.coin() ? left : right;
    scenario::Layout child;
    child.soft_reserved =
        spliced(left.soft_reserved, right.soft_reserved, bounds::ranges_max, source);
    child.hmat = spliced(left.hmat, right.hmat, bounds::ranges_max, source);
    child.windows = spliced(left.windows, right.windows, bounds::windows_max, source);
    child.regions = spliced(left.regions, right.regions, bounds::regions_max, source);
    renumber(child);
    child.hmem_platform_1 = source.coin() ? left.hmem_platform_1 : right.hmem_platform_1;
    child.config = source.coin() ? left.config : right.config;
    return child;
}

} // namespace

std::span<const Edit> edits() { return table; }

void edit(Scenario &scenario, Source &source, Runs runs)
{
    static constexpr auto weights_for = [](Runs wanted) {
        std::array<std::uint8_t, std::size(table)> all{};
        for (std::size_t i = 0; i < all.size(); ++i)
            if (wanted == Runs::scheduled || table[i].runs == wanted)
                all[i] = table[i].weight;
        return all;
    };
    static constexpr auto of_all = weights_for(Runs::scheduled);
    static constexpr auto of_some = weights_for(Runs::sequential);
    table[source.weighted(runs == Runs::scheduled ? of_all : of_some)].apply(scenario, source);
    mend(scenario);
}

Scenario cross(const Scenario &left, const Scenario &right, Source &source)
{
    Scenario child;
    child.revision = left.revision;
    child.layout = cross(left.layout, right.layout, source);
    for (std::size_t i = 0; i < std::max(left.actors.size(), right.actors.size()); ++i) {
        static const Operations none;
        const auto &mine = i < left.actors.size() ? left.actors[i].operations : none;
        const auto &other = i < right.actors.size() ? right.actors[i].operations : none;
        child.actors.push_back(make_actor(i));
        child.actors.back().operations = spliced(mine, other, bounds::operations_max, source);
    }
    child.faults = spliced(left.faults, right.faults, bounds::faults_max, source);
    child.switches = spliced(left.switches, right.switches, bounds::switches_max, source);
    mend(child);
    return child;
}

void mend(Scenario &scenario)
{
    using kernel::Word;
    const auto &layout = scenario.layout;
    // False if there is nothing for the operation to be on.
    const auto mend_operation = [&](Operation &operation) {
        const auto operand = scenario::operation_row(operation.code).operand;
        kernel::Name &object = operation.object;
        if (object == scenario::second_platform && !layout.hmem_platform_1) {
            object.number = 0;
            return operand != scenario::Operand::added_device;
        }
        if (object.word != Word::region)
            return true;
        if (layout.regions.empty())
            return false;
        const bool known =
            std::any_of(layout.regions.begin(), layout.regions.end(),
                        [&](const auto &region) { return region.number == object.number; });
        if (!known)
            object.number =
                layout.regions[static_cast<std::size_t>(object.number) % layout.regions.size()]
                    .number;
        return true;
    };
    const auto actors = static_cast<int>(scenario.actors.size());
    const auto mend_role = [&](kernel::Role &role) {
        if (role.kind == Word::actor && actors > 0)
            role = kernel::actor_role(role.object.number % actors);
        return role.kind != Word::actor || actors > 0;
    };
    for (std::size_t i = 0; i < scenario.actors.size(); ++i) {
        scenario.actors[i].name = make_actor(i).name;
        std::erase_if(scenario.actors[i].operations,
                      [&](Operation &operation) { return !mend_operation(operation); });
    }
    std::erase_if(scenario.switches, [&](scenario::Switch &item) {
        return !item.indexed && !(mend_role(item.role) && mend_role(item.target));
    });
    std::erase_if(scenario.faults, [&](scenario::Fault &fault) { return !mend_role(fault.role); });
}

} // namespace generators
