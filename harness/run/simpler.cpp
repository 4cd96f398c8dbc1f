// SPDX-License-Identifier: GPL-2.0-only
#include "run/simpler.hpp"

#include "run/parts.hpp"

#include <array>
#include <utility>

namespace run {
namespace {

using kernel::Name;
using kernel::Word;
using scenario::Config;
using scenario::MemoryRange;
using scenario::Operation;
using scenario::OperationCode;
using scenario::Scenario;

using Candidates = std::vector<Scenario>;

// The scenario after `edit`, unless that changes nothing.
template <typename Edit> void add(Candidates &candidates, const Scenario &scenario, Edit edit)
{
    Scenario simpler = scenario;
    edit(simpler);
    if (!(simpler == scenario))
        candidates.push_back(std::move(simpler));
}

// A row further up in the table that is about the same kind of thing: modprobe for insmod. Then the
// order of the table among neighbours, so that what does not depend on its place has a fixed one.
Candidates earlier_operations(const Recorded &recorded)
{
    const Scenario &scenario = recorded.scenario;
    Candidates candidates;
    for (std::size_t a = 0; a < scenario.actors.size(); ++a) {
        const auto &operations = scenario.actors[a].operations;
        for (std::size_t i = 0; i < operations.size(); ++i) {
            for (auto code = OperationCode{}; code < operations[i].code;
                 code = static_cast<OperationCode>(static_cast<int>(code) + 1))
                if (operation_row(code).operand == operation_row(operations[i].code).operand)
                    add(candidates, scenario,
                        [&](Scenario &to) { to.actors[a].operations[i].code = code; });
            if (i > 0 && operations[i].code < operations[i - 1].code)
                add(candidates, scenario, [&](Scenario &to) {
                    std::swap(to.actors[a].operations[i], to.actors[a].operations[i - 1]);
                });
        }
    }
    return candidates;
}

// Each name that carries a number, in turn, with the number before it. Actors are no such names.
template <typename Item>
void add_lower(Candidates &candidates, const Scenario &scenario, std::vector<Item> Scenario::*items,
               std::size_t index, Name &(*name_in)(Item &))
{
    Item item = (scenario.*items)[index];
    const Name name = name_in(item);
    if (name.word != Word::actor && name.number > 0)
        add(candidates, scenario, [&](Scenario &to) { --name_in((to.*items)[index]).number; });
}

// One switch or fault an arrival, a call or a device earlier.
Candidates one_earlier(const Scenario &scenario)
{
    using kernel::Fault;
    using kernel::Switch;
    Candidates earlier;
    for (std::size_t i = 0; i < scenario.switches.size(); ++i) {
        if (scenario.switches[i].indexed)
            continue;
        if (scenario.switches[i].arrival > 1)
            add(earlier, scenario, [&](Scenario &to) { --to.switches[i].arrival; });
        const auto lower = [&](Name &(*name_in)(Switch &)) {
            add_lower(earlier, scenario, &Scenario::switches, i, name_in);
        };
        lower([](Switch &item) -> Name & { return item.object; });
        lower([](Switch &item) -> Name & { return item.role.object; });
        lower([](Switch &item) -> Name & { return item.target.object; });
    }
    for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
        if (scenario.faults[i].count > 1)
            add(earlier, scenario, [&](Scenario &to) { --to.faults[i].count; });
        const auto lower = [&](Name &(*name_in)(Fault &)) {
            add_lower(earlier, scenario, &Scenario::faults, i, name_in);
        };
        lower([](Fault &fault) -> Name & { return fault.object; });
        lower([](Fault &fault) -> Name & { return fault.role.object; });
    }
    return earlier;
}

// Also with a part less: a part that is dropped takes arrivals with it, and devices.
Candidates earlier_arrivals(const Recorded &recorded)
{
    const Candidates earlier = one_earlier(recorded.scenario);
    Candidates candidates;
    for (const Scenario &scenario : earlier)
        for (const Part &part : parts())
            for (std::size_t i = 0; i < part.count(scenario); ++i)
                add(candidates, scenario, [&](Scenario &to) { part.drop(to, i, 1); });
    candidates.insert(candidates.end(), earlier.begin(), earlier.end());
    return candidates;
}

template <typename Set>
void fewer_words(Candidates &candidates, const Scenario &from, Set Config::*set)
{
    for (unsigned bits = (from.layout.config.*set).bits; bits != 0; bits &= bits - 1)
        add(candidates, from, [&](Scenario &to) {
            (to.layout.config.*set).bits &= static_cast<std::uint8_t>(~(bits & -bits));
        });
}

Candidates default_configuration(const Recorded &recorded)
{
    const Scenario &scenario = recorded.scenario;
    Candidates candidates;
    add(candidates, scenario, [](Scenario &to) { to.layout.config = {}; });
    for (const auto flag : {&Config::dev_dax_cxl, &Config::dev_dax_hmem, &Config::cxl_region,
                            &Config::hmem_disable, &Config::kmem_remove_fails})
        add(candidates, scenario, [&](Scenario &to) { to.layout.config.*flag = Config{}.*flag; });
    fewer_words(candidates, scenario, &Config::builtin);
    fewer_words(candidates, scenario, &Config::async_probe);
    return candidates;
}

Candidates default_traits(const Recorded &recorded)
{
    const Scenario &scenario = recorded.scenario;
    const scenario::Layout &layout = scenario.layout;
    const scenario::Region usual;
    Candidates candidates;
    for (std::size_t i = 0; i < layout.soft_reserved.size(); ++i)
        add(candidates, scenario, [&](Scenario &to) { to.layout.soft_reserved[i].node = 0; });
    for (std::size_t i = 0; i < layout.hmat.size(); ++i)
        add(candidates, scenario, [&](Scenario &to) { to.layout.hmat[i].node = 0; });
    if (layout.hmem_platform_1)
        add(candidates, scenario, [&](Scenario &to) { to.layout.hmem_platform_1->node = 0; });
    for (std::size_t i = 0; i < layout.regions.size(); ++i) {
        const auto with = [&](auto member) {
            add(candidates, scenario,
                [&](Scenario &to) { to.layout.regions[i].*member = usual.*member; });
        };
        with(&scenario::Region::assembly);
        with(&scenario::Region::mode);
        with(&scenario::Region::system_ram);
    }
    return candidates;
}

// `word` of the first number becomes that of the second, wherever it is spoken of.
void rename(Scenario &scenario, std::initializer_list<Word> words, int from, int to)
{
    const auto change = [&](Name &name) {
        for (const Word word : words)
            if (name == kernel::name_of(word, from))
                name.number = static_cast<std::int16_t>(to);
    };
    for (scenario::Actor &actor : scenario.actors)
        for (Operation &operation : actor.operations)
            change(operation.object);
    for (kernel::Switch &item : scenario.switches)
        for (Name *name : {&item.object, &item.role.object, &item.target.object})
            change(*name);
    for (kernel::Fault &fault : scenario.faults)
        for (Name *name : {&fault.object, &fault.role.object})
            change(*name);
}

// The lowest number that no item has, for each with a higher one.
template <typename Item>
void lower_numbers(Candidates &candidates, const Scenario &scenario,
                   std::vector<Item> scenario::Layout::*items, std::initializer_list<Word> words)
{
    const std::vector<Item> &all = scenario.layout.*items;
    unsigned taken = 0;
    for (const Item &item : all)
        taken |= 1U << item.number;
    std::int16_t lowest = 0;
    while ((taken >> lowest & 1U) != 0)
        ++lowest;
    for (std::size_t i = 0; i < all.size(); ++i)
        if (all[i].number > lowest)
            add(candidates, scenario, [&](Scenario &to) {
                rename(to, words, all[i].number, lowest);
                (to.layout.*items)[i].number = lowest;
            });
}

// A region's memdev and dax device have its number, a window's decoder that of the window.
Candidates lower_numbers(const Recorded &recorded)
{
    Candidates candidates;
    lower_numbers(candidates, recorded.scenario, &scenario::Layout::windows,
                  {Word::window, Word::root_decoder});
    lower_numbers(candidates, recorded.scenario, &scenario::Layout::regions,
                  {Word::region, Word::dax_region, Word::mem});
    return candidates;
}

} // namespace

std::span<const Simplification> simplifications()
{
    static constexpr std::array rows = {
        Simplification{"names for indices", named},
        Simplification{"earlier operations", earlier_operations},
        Simplification{"merged actors", merged_actors},
        Simplification{"earlier arrivals", earlier_arrivals},
        Simplification{"default configuration", default_configuration},
        Simplification{"default nodes, assembly and mode", default_traits},
        Simplification{"ranges", simpler_ranges},
        Simplification{"numbers of windows and regions", lower_numbers},
    };
    return rows;
}

} // namespace run
