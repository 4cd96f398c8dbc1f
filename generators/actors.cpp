// SPDX-License-Identifier: GPL-2.0-only
#include "generators/actors.hpp"

#include "kernel/bounds.hpp"
#include "scenario/sentences.hpp"

#include <algorithm>
#include <array>
#include <limits>
#include <utility>

namespace generators {

using kernel::Name;
using kernel::name_of;
using kernel::Word;
using scenario::Layout;
using scenario::Operation;
using scenario::OperationCode;

namespace {

// What a story is made of: each operation is on the story's first, second or the first again, ...
struct Line {
    OperationCode code;
    std::size_t object; // lines with the same number, and the same kind of operand, have one object
};

using Story = std::array<Line, 6>;
constexpr Line end = {OperationCode::count_, 0};

using enum OperationCode;

// Written about no module, device or region in particular: which, is drawn.
constexpr auto stories = std::to_array<Story>({
    {{{modprobe, 0}, end}},
    {{{modprobe, 0}, {modprobe, 1}, end}},
    {{{modprobe, 0}, {rmmod, 0}, end}},
    {{{modprobe, 0}, {rmmod, 0}, {modprobe, 0}, end}},
    {{{modprobe, 0}, {rmmod, 0}, {rmmod, 1}, {modprobe, 1}, {modprobe, 0}, end}},
    {{{rmmod, 0}, {rmmod, 1}, {modprobe, 1}, end}},
    {{{modprobe, 0}, {unbind, 0}, {bind, 0}, end}},
    {{{unbind, 0}, {bind, 0}, end}},
    {{{modprobe, 0}, {unbind, 0}, {modprobe, 1}, {bind, 0}, end}},
    {{{modprobe, 0}, {unbind, 0}, {rmmod, 0}, end}},
    {{{assemble, 0}, {decommit, 0}, {assemble, 0}, end}},
    {{{modprobe, 0}, {decommit, 0}, {destroy, 0}, end}},
    {{{unbind, 0}, {destroy, 0}, {modprobe, 0}, end}},
    {{{slow_probe_start, 0}, {modprobe, 0}, {slow_probe_end, 0}, end}},
    {{{slow_probe_start, 0}, {modprobe, 0}, {rmmod, 0}, {slow_probe_end, 0}, end}},
    {{{modprobe, 0}, {add, 0}, {del, 0}, end}},
    {{{add, 0}, {modprobe, 0}, end}},
    {{{modprobe, 0}, {modprobe, 1}, {rmmod, 1}, {add, 0}, end}},
    {{{modprobe, 0}, {unbind, 0}, {unbind, 1}, {bind, 0}, end}},
    {{{modprobe, 0}, {modprobe, 1}, {assemble, 0}, {destroy, 0}, end}},
    {{{add, 0}, {destroy, 0}, end}},
    {{{bind, 0}, {decommit, 0}, end}},
});

Weight weight_of(const Story &story, const Weights &weights)
{
    Weight least = std::numeric_limits<Weight>::max();
    for (std::size_t i = 0; i < story.size() && story[i].code != OperationCode::count_; ++i)
        least = std::min(least, weights.operations[static_cast<std::size_t>(story[i].code)]);
    return least;
}

// One that does without what is switched off.
const Story &pick_story(const Weights &weights, Source &source)
{
    std::array<Weight, stories.size()> each{};
    std::transform(stories.begin(), stories.end(), each.begin(),
                   [&](const Story &story) { return weight_of(story, weights); });
    return stories[source.weighted(each)];
}

// What the layout keeps for an operation mostly gets it: a region that is late, the second device.
void add_what_is_awaited(const Layout &layout, const Weights &weights,
                         std::vector<scenario::Actor> &actors, Source &source)
{
    const auto give = [&](OperationCode code, Name object) {
        if (weights.operations[static_cast<std::size_t>(code)] == 0 || source.one_in(3))
            return;
        Operations &operations = source.pick(actors).operations;
        operations = merged(std::move(operations), {{code, object}}, source);
    };
    for (const scenario::Region &region : layout.regions)
        if (region.assembly == scenario::Assembly::late)
            give(assemble, name_of(Word::region, region.number));
    if (layout.hmem_platform_1)
        give(add, scenario::second_platform);
}

} // namespace

std::optional<Name> object_for(OperationCode code, const Layout &layout, Source &source)
{
    const auto region = [&] { return name_of(Word::region, source.pick(layout.regions).number); };
    switch (scenario::operation_row(code).operand) {
    case scenario::Operand::none:
        return name_of(Word::slow);
    case scenario::Operand::module: // the two that this is about more often
        return name_of(
            scenario::modules[source.below(source.coin() ? 2 : scenario::modules.size())]);
    case scenario::Operand::region:
        return layout.regions.empty() ? std::nullopt : std::optional(region());
    case scenario::Operand::added_device:
        return layout.hmem_platform_1 ? std::optional(scenario::second_platform) : std::nullopt;
    case scenario::Operand::device:
        switch (source.below(6)) {
        case 0:
            return name_of(Word::cxl_acpi);
        case 1:
            return layout.regions.empty() ? name_of(Word::hmem_platform, 0) : region();
        case 2:
            return name_of(Word::hmem, static_cast<int>(source.below(scenario::hmem_indices)),
                           scenario::hmem_by_index);
        case 3:
            return name_of(Word::hmem, static_cast<int>(source.below(4)));
        case 4:
            return layout.hmem_platform_1 ? scenario::second_platform
                                          : name_of(Word::hmem_platform, 0);
        default:
            return name_of(Word::hmem_platform, 0);
        }
    }
    return std::nullopt;
}

scenario::Operation make_operation(const Layout &layout, const Weights &weights, Source &source)
{
    const auto code = static_cast<OperationCode>(source.weighted(weights.operations));
    if (const auto object = object_for(code, layout, source))
        return {code, *object};
    return {modprobe, name_of(Word::dax_hmem)};
}

Operations make_story(const Layout &layout, const Weights &weights, Source &source)
{
    Operations operations;
    const Story &story = pick_story(weights, source);
    for (std::size_t i = 0; i < story.size() && story[i].code != OperationCode::count_; ++i) {
        const Line line = story[i];
        const auto operand = scenario::operation_row(line.code).operand;
        std::optional<Name> object;
        std::size_t next = 0; // in `operations`, which lacks the lines that had no object
        for (std::size_t j = 0; j < i && next < operations.size(); ++j) {
            if (story[j].code != operations[next].code)
                continue;
            const Name earlier = operations[next++].object;
            if (story[j].object == line.object &&
                scenario::operation_row(story[j].code).operand == operand)
                object = earlier;
        }
        if (!object)
            object = object_for(line.code, layout, source);
        if (object)
            operations.push_back({line.code, *object});
    }
    return operations;
}

Operations merged(Operations left, const Operations &right, Source &source)
{
    std::size_t place = left.size();
    const bool interleaved = source.coin();
    if (interleaved)
        place = source.below(left.size() + 1);
    for (const Operation &operation : right) {
        left.insert(left.begin() + static_cast<std::ptrdiff_t>(place++), operation);
        if (interleaved)
            place += source.below(left.size() - place + 1);
    }
    left.resize(std::min(left.size(), bounds::operations_max));
    return left;
}

scenario::Actor make_actor(std::size_t index)
{
    return {"actor" + std::string(1, static_cast<char>('0' + index)), {}};
}

std::vector<scenario::Actor> make_actors(const Layout &layout, const Weights &weights,
                                         std::size_t operations_max, Source &source)
{
    std::vector<scenario::Actor> actors;
    // One administrator more often than any other number.
    const std::size_t count = source.coin() ? 1 : source.below(bounds::actors_max + 1);
    std::size_t left = count > 0 ? source.below(operations_max + 1) : 0;
    for (std::size_t i = 0; i < count; ++i)
        actors.push_back(make_actor(i));
    const std::array kinds = {weights.likely, weights.unlikely};
    while (left > 0) {
        Operations &operations = source.pick(actors).operations;
        Operations more;
        if (source.weighted(kinds) == 0)
            more = make_story(layout, weights, source);
        else
            more = {make_operation(layout, weights, source)};
        operations = merged(std::move(operations), more, source);
        left -= std::min(left, std::max<std::size_t>(more.size(), 1));
    }
    if (!actors.empty())
        add_what_is_awaited(layout, weights, actors, source);
    return actors;
}

} // namespace generators
