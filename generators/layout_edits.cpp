// SPDX-License-Identifier: GPL-2.0-only
#include "generators/layout_edits.hpp"

#include "generators/layouts.hpp"

#include <algorithm>

namespace generators {

using scenario::Layout;
using scenario::Scenario;

namespace {

// Drops the item if the index, counted on over several lists, lies in this one.
template <typename Item> bool drop_nth(std::vector<Item> &items, std::size_t &index)
{
    if (index >= items.size()) {
        index -= items.size();
        return false;
    }
    items.erase(items.begin() + static_cast<typename std::vector<Item>::difference_type>(index));
    return true;
}

template <typename Item> void renumber(std::vector<Item> &items)
{
    std::uint32_t taken = 0;
    for (Item &item : items) {
        if ((taken >> item.number & 1U) != 0)
            for (item.number = 0; (taken >> item.number & 1U) != 0;)
                ++item.number;
        taken |= 1U << item.number;
    }
}

} // namespace

void insert_shape(Scenario &scenario, Source &source)
{
    add_shape(scenario.layout, static_cast<Shape>(source.below(shapes_count)), source);
}

void nudge_some_edge(Scenario &scenario, Source &source)
{
    const auto ranges = ranges_of(scenario.layout);
    if (!ranges.empty())
        nudge_edge(scenario.layout, *source.pick(ranges), source);
}

void copy_range(Scenario &scenario, Source &source)
{
    const auto ranges = ranges_of(scenario.layout);
    if (!ranges.empty())
        *source.pick(ranges) = *source.pick(ranges);
}

void drop_range(Scenario &scenario, Source &source)
{
    Layout &layout = scenario.layout;
    const std::size_t count = ranges_of(layout).size();
    if (count == 0)
        return;
    std::size_t index = source.below(count);
    if (!drop_nth(layout.soft_reserved, index) && !drop_nth(layout.hmat, index) &&
        !drop_nth(layout.windows, index) && !drop_nth(layout.regions, index))
        layout.hmem_platform_1.reset();
}

void change_traits(Scenario &scenario, Source &source)
{
    Layout &layout = scenario.layout;
    switch (source.below(6)) {
    case 0:
        if (!layout.soft_reserved.empty())
            source.pick(layout.soft_reserved).node = any_node(source);
        break;
    case 1:
        add_shape(layout, Shape::configuration, source);
        break;
    case 2: // back to the defaults
        if (layout.config == scenario::Config{})
            add_shape(layout, Shape::built_in, source);
        else
            layout.config = {};
        break;
    case 3:
        if (!layout.regions.empty())
            source.pick(layout.regions).mode = any_mode(source);
        break;
    default:
        if (!layout.regions.empty())
            source.pick(layout.regions).assembly = any_assembly(source);
        break;
    }
}

void renumber(Layout &layout)
{
    renumber(layout.windows);
    renumber(layout.regions);
}

} // namespace generators
