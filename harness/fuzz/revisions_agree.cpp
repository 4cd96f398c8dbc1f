// SPDX-License-Identifier: GPL-2.0-only
#include "fuzz/revisions_agree.hpp"

#include "fuzz/collection.hpp"
#include "fuzz/failure.hpp"
#include "fuzz/warm_up.hpp"
#include "kernel/bounds.hpp"
#include "run/machine.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"

#include <algorithm>
#include <cstdlib>
#include <iterator>
#include <utility>

namespace fuzz {
namespace {

using scenario::Scenario;

// ---------------------------------------------------------------- comparison

// Lives as long as the process and carries nothing over.
run::Machine &machine()
{
    static run::Machine instance;
    return instance;
}

bool same_pair(const RevisionPair &left, const RevisionPair &right)
{
    return left.left == right.left && left.right == right.right;
}

// What the rows that apply to one run allow.
struct Allowance {
    std::vector<std::string_view> left;
    std::vector<std::string_view> right;
    Ranges ranges;
};

Allowance allowance(std::span<const AllowedDifference> table, const RevisionPair &pair,
                    const Scenario &scenario, const Story &left, const Story &right)
{
    Allowance all;
    for (const AllowedDifference &row : table) {
        if (!same_pair(row.pair, pair))
            continue;
        if (row.applies != nullptr && !row.applies(scenario, left, right))
            continue;
        if (row.ranges != nullptr) {
            const Ranges ranges = row.ranges(left, right);
            if (ranges.empty())
                continue;
            all.ranges.insert(all.ranges.end(), ranges.begin(), ranges.end());
        }
        all.left.insert(all.left.end(), row.left.begin(), row.left.end());
        all.right.insert(all.right.end(), row.right.begin(), row.right.end());
    }
    return all;
}

bool is_listed(const std::vector<std::string_view> &allowed, std::string_view what)
{
    return std::find(allowed.begin(), allowed.end(), what) != allowed.end();
}

// The ranges of the hmem devices that operations name, in order.
Ranges named_by_number(const Story &story)
{
    std::vector<std::pair<kernel::Name, kernel::Range>> devices;
    Ranges named;
    for (const kernel::Event &event : story.events) {
        if (event.object.word != kernel::Word::hmem)
            continue;
        if (event.kind == kernel::EventKind::device_added)
            devices.emplace_back(event.object, kernel::Range{event.start, event.end});
        if (event.kind != kernel::EventKind::operation)
            continue;
        const auto device = std::find_if(devices.rbegin(), devices.rend(), [&](const auto &known) {
            return known.first == event.object;
        });
        if (device != devices.rend())
            named.push_back(device->second);
    }
    return named;
}

bool overlaps_any(const Ranges &ranges, const kernel::Range &range)
{
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](const kernel::Range &known) { return known.overlaps(range); });
}

bool is_phase(const kernel::Event &event, kernel::Phase phase)
{
    return event.kind == kernel::EventKind::phase &&
           event.value == static_cast<std::int32_t>(phase);
}

// A wait on one side only lets CXL enumerate between other operations.
bool in_the_same_order(const Story &left, const Story &right)
{
    using Operation = std::pair<std::uint8_t, kernel::Word>;
    const auto operations = [](const Story &story) {
        std::vector<Operation> all;
        std::size_t between = 0; // up to the last operation
        for (const kernel::Event &event : story.events) {
            if (is_phase(event, kernel::Phase::epilogue))
                break; // as for owners
            const bool by_actor =
                event.kind == kernel::EventKind::operation && event.task != kernel::no_task;
            if (by_actor || (event.kind == kernel::EventKind::work_begin &&
                             event.object.word == kernel::Word::cxl_enumerate))
                all.emplace_back(event.detail, event.object.word);
            if (by_actor)
                between = all.size();
        }
        all.resize(between);
        return all;
    };
    return operations(left) == operations(right);
}

// The ranges of regions that came to another state: what lies in one's way keeps it from being assembled.
Ranges of_other_regions(const Story &left, const Story &right)
{
    using State = std::tuple<kernel::Name, std::int32_t, kernel::Range>;
    const auto states = [](const Story &story) {
        std::vector<State> all;
        for (const kernel::Event &event : story.events) {
            if (is_phase(event, kernel::Phase::epilogue))
                break; // as for owners
            if (event.kind != kernel::EventKind::region_state)
                continue;
            std::erase_if(all, [&](const State &known) {
                return std::get<kernel::Name>(known) == event.object;
            });
            all.emplace_back(event.object, event.value, kernel::Range{event.start, event.end});
        }
        return all;
    };
    const std::vector<State> of_left = states(left);
    const std::vector<State> of_right = states(right);
    Ranges ranges;
    const auto note = [&](const std::vector<State> &some, const std::vector<State> &others) {
        for (const State &state : some)
            if (std::find(others.begin(), others.end(), state) == others.end())
                ranges.push_back(std::get<kernel::Range>(state));
    };
    note(of_left, of_right);
    note(of_right, of_left);
    return ranges;
}

// Moves what overlaps one of `ranges` there, and what overlaps that.
void move_overlapping(Ranges &from, Ranges &ranges)
{
    for (;;) {
        const auto found = std::find_if(from.begin(), from.end(), [&](const auto &range) {
            return overlaps_any(ranges, range);
        });
        if (found == from.end())
            return;
        ranges.push_back(*found);
        from.erase(found);
    }
}

// Adds what the ranges of rows that apply draw in. Returns whether any with another owner is left.
bool draw_in(Ranges &ranges, const Story &left, const Story &right)
{
    if (!ranges.empty() && !in_the_same_order(left, right))
        ranges.push_back({0, ~std::uint64_t{0}});
    if (!ranges.empty())
        for (const Story *story : {&left, &right}) {
            const Ranges named = named_by_number(*story);
            ranges.insert(ranges.end(), named.begin(), named.end());
        }
    Ranges differ;
    const auto note_missing = [&](const auto &owners, const auto &others) {
        for (const properties::Owned &owned : owners)
            if (std::find(others.begin(), others.end(), owned) == others.end())
                differ.push_back(owned.range);
    };
    note_missing(left.owners, right.owners);
    note_missing(right.owners, left.owners);
    Ranges regions = of_other_regions(left, right);
    for (std::size_t known = 0; known != ranges.size();) {
        known = ranges.size();
        move_overlapping(regions, ranges);
        move_overlapping(differ, ranges);
    }
    return !differ.empty();
}

bool is_about_owners(properties::Property property)
{
    using properties::Property;
    return property == Property::wrong_owner || property == Property::lost_range ||
           property == Property::unusable_range || property == Property::double_registration ||
           property == Property::double_claim;
}

bool by_identity(const Shown &left, const Shown &right) { return left.identity < right.identity; }

bool shows(const Story &story, const Shown &shown)
{
    return std::binary_search(story.shown.begin(), story.shown.end(), shown, by_identity);
}

// What only the first one shows although nothing allows it; empty if there is no such thing.
std::string shown_alone(const Story &story, const Story &other,
                        const std::vector<std::string_view> &allowed, const Ranges &ranges)
{
    const auto is_allowed = [&](const Shown &shown) {
        if (is_listed(allowed, shown.identity))
            return true;
        if (ranges.empty() || !is_about_owners(shown.property))
            return false;
        return overlaps_any(ranges, shown.range) ||
               std::any_of(other.shown.begin(), other.shown.end(), [&](const Shown &likewise) {
                   return likewise.property == shown.property && likewise.range == shown.range;
               });
    };
    for (const Shown &shown : story.shown)
        if (!shows(other, shown) && !is_allowed(shown))
            return shown.identity;
    return {};
}

// By what it may show: it says nothing of what came later in the other story.
bool broke_down(const Story &story, const Story &other,
                const std::vector<std::string_view> &allowed)
{
    return !story.completed && other.completed &&
           std::any_of(story.shown.begin(), story.shown.end(), [&](const Shown &shown) {
               return is_listed(allowed, shown.identity) && !shows(other, shown);
           });
}

[[noreturn, gnu::noinline]] void
revisions_disagree(const RevisionPair &pair, const std::string &what, const Scenario &scenario)
{
    tell_identity(disagreement, cause_of(pair, what));
    tell("  to make it smaller: ", "hmemfuzz minimize FILE -o OUT.toml --identity",
         identity_of(pair, what));
    tell("  to read it: ", "hmemfuzz explain FILE --revision", pair.left);
    tell("         and: ", "hmemfuzz explain FILE --revision", pair.right);
    tell("   where FILE may be this input, for the former, or\n",
         scenario::print_text(sequential(scenario)));
    std::abort();
}

} // namespace

std::string cause_of(const RevisionPair &pair, std::string_view what)
{
    return std::string(pair.left) + ',' + std::string(pair.right) + ':' + std::string(what);
}

std::string identity_of(const RevisionPair &pair, std::string_view what)
{
    return std::string(disagreement) + ':' + cause_of(pair, what);
}

std::string difference_on(const RevisionPair &pair, const Scenario &scenario,
                          std::span<const AllowedDifference> table)
{
    return difference(pair, scenario,
                      sequential_story(*drivers::find_revision(pair.left), scenario),
                      sequential_story(*drivers::find_revision(pair.right), scenario), table);
}

// Of several actors, one may wait where it does not on another revision, so that another goes first.
Scenario sequential(Scenario scenario)
{
    scenario.switches.clear();
    scenario.faults.clear();
    auto &actors = scenario.actors;
    for (std::size_t i = 1; i < actors.size(); ++i)
        actors[0].operations.insert(actors[0].operations.end(), actors[i].operations.begin(),
                                    actors[i].operations.end());
    actors.resize(std::min<std::size_t>(actors.size(), 1));
    for (scenario::Actor &actor : actors)
        actor.operations.resize(std::min(actor.operations.size(), bounds::operations_max));
    return scenario;
}

Story sequential_story(const drivers::Revision &revision, const Scenario &scenario)
{
    const run::Result result = machine().run(revision, sequential(scenario));
    Story story;
    story.completed = result.completed;
    story.configurable = result.configurable;
    story.modelled = result.unmodelled == nullptr || !result.configurable;
    for (const properties::Violation &violation : result.verdict)
        story.shown.push_back(
            {properties::identity(violation), violation.property, violation.range});
    std::stable_sort(story.shown.begin(), story.shown.end(), by_identity);
    story.owners = properties::owners_at_rest(result.events);
    story.events = result.events;
    return story;
}

std::string difference(const RevisionPair &pair, const Scenario &scenario, const Story &left,
                       const Story &right, std::span<const AllowedDifference> table)
{
    if (!left.modelled || !right.modelled)
        return {}; // no verdict to compare
    const auto same_identity = [](const Shown &one, const Shown &other) {
        return one.identity == other.identity;
    };
    if (left.configurable == right.configurable && left.owners == right.owners &&
        std::equal(left.shown.begin(), left.shown.end(), right.shown.begin(), right.shown.end(),
                   same_identity))
        return {};
    Allowance allowed = allowance(table, pair, scenario, left, right);
    if (left.configurable != right.configurable)
        return std::string(
            is_listed(left.configurable ? allowed.left : allowed.right, configuration)
                ? ""
                : configuration);
    const bool other_owners = draw_in(allowed.ranges, left, right);
    const std::string on_left = shown_alone(left, right, allowed.left, allowed.ranges);
    const std::string on_right = shown_alone(right, left, allowed.right, allowed.ranges);
    if (broke_down(left, right, allowed.left))
        return on_left;
    if (broke_down(right, left, allowed.right))
        return on_right;
    if (!on_left.empty() || !on_right.empty())
        return on_left.empty() ? on_right : on_left;
    return other_owners ? "owners" : std::string();
}

void prepare_revisions_agree()
{
    collection(); // what is wrong with it is told before anything runs
    if (!steadiness_counts())
        return;
    for (const drivers::Revision &revision : drivers::revisions())
        warm_up(machine(), revision);
}

int revisions_agree(const std::uint8_t *data, std::size_t size, const StoriesObserver &observer,
                    std::span<const AllowedDifference> table)
{
    const Scenario scenario = scenario::decode({data, size}, drivers::revision_ids());
    std::vector<std::pair<std::string_view, Story>> stories; // a revision runs once
    const auto story = [&](std::string_view id) -> const Story & {
        for (const auto &[known, told] : stories)
            if (known == id)
                return told;
        return stories.emplace_back(id, sequential_story(*drivers::find_revision(id), scenario))
            .second;
    };
    stories.reserve(2 * agreeing_revisions.size());
    for (const RevisionPair &pair : agreeing_revisions) {
        const Story &left = story(pair.left);
        const Story &right = story(pair.right);
        if (observer)
            observer(pair, left, right);
        const std::string what = difference(pair, scenario, left, right, table);
        if (what.empty())
            continue;
        Collection *kept = collection();
        if (kept == nullptr)
            revisions_disagree(pair, what, scenario);
        kept->keep(identity_of(pair, what), data, size);
    }
    return 0;
}

} // namespace fuzz
