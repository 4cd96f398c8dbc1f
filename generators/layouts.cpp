// SPDX-License-Identifier: GPL-2.0-only
#include "generators/layouts.hpp"

#include "kernel/bounds.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace generators {

using scenario::Layout;
using scenario::Range;

namespace {

// Ranges start at multiples of 256 MiB from 4 GiB on, as in the wire form's short records.
constexpr std::uint64_t step = std::uint64_t{256} << 20;
constexpr std::uint64_t base = std::uint64_t{4} << 30;
constexpr std::size_t starts = 24;
constexpr std::size_t lengths = 4;
constexpr std::uint64_t block = std::uint64_t{2} << 20; // what memory hotplug is about
constexpr std::uint64_t page = 4096;
constexpr std::uint64_t all = ~std::uint64_t{0};

Range place(Source &source)
{
    const std::uint64_t start = base + source.below(starts) * step;
    return {start, start + (1 + source.below(lengths)) * step - 1};
}

// A new place, or one the layout has, so that shapes meet.
Range some_place(Layout &layout, Source &source)
{
    const auto ranges = ranges_of(layout);
    return ranges.empty() || source.coin() ? place(source) : *source.pick(ranges);
}

// Up to two steps around the range.
Range around(Range range, Source &source)
{
    return {range.start - std::min(range.start, source.below(3) * step),
            range.end + std::min(all - range.end, source.below(3) * step)};
}

// The first or the second half; a range of one byte stays.
Range half(Range range, Source &source)
{
    const std::uint64_t middle = range.start + (range.end - range.start) / 2;
    if (middle == range.end || source.coin())
        return {range.start, middle};
    return {middle + 1, range.end};
}

// The lowest number that no item has.
template <typename Item> std::int16_t free_number(const std::vector<Item> &items)
{
    std::int16_t number = 0;
    while (std::any_of(items.begin(), items.end(),
                       [&](const Item &item) { return item.number == number; }))
        ++number;
    return number;
}

void add_soft_reserved(Layout &layout, Range range, Source &source)
{
    if (layout.soft_reserved.size() < bounds::ranges_max)
        layout.soft_reserved.push_back({range, any_node(source)});
}

void add_hmat(Layout &layout, Range range, Source &source)
{
    if (layout.hmat.size() < bounds::ranges_max)
        layout.hmat.push_back({range, any_node(source)});
}

void add_window(Layout &layout, Range range)
{
    if (layout.windows.size() < bounds::windows_max)
        layout.windows.push_back({free_number(layout.windows), range});
}

void add_region(Layout &layout, Range range, Source &source)
{
    if (layout.regions.size() >= bounds::regions_max)
        return;
    scenario::Region region;
    region.number = free_number(layout.regions);
    region.range = range;
    if (source.coin()) {
        region.assembly = any_assembly(source);
        region.mode = any_mode(source);
        region.system_ram = source.one_in(4);
    }
    layout.regions.push_back(region);
}

// Each of the three with its own range, and now and then without one of them.
void add_three(Layout &layout, Range soft_reserved, Range window, Range region, Source &source)
{
    const std::size_t absent = source.below(6);
    if (absent != 0)
        add_soft_reserved(layout, soft_reserved, source);
    if (absent != 1)
        add_window(layout, window);
    if (absent > 3)
        add_region(layout, region, source);
}

void add_adjacent(Layout &layout, Source &source)
{
    const Range first = place(source);
    Range last = first;
    const bool own_regions = source.coin();
    for (std::size_t i = 2 + source.below(2); i > 0; --i) {
        add_soft_reserved(layout, last, source);
        if (own_regions)
            add_region(layout, last, source);
        if (i > 1)
            last = {last.end + 1, last.end + (1 + source.below(lengths)) * step};
    }
    add_window(layout, around({first.start, last.end}, source));
    if (!own_regions && source.coin())
        add_region(layout, {first.start, last.end}, source);
}

void add_nested(Layout &layout, Source &source)
{
    const Range inner = some_place(layout, source);
    std::array<Range, 3> nested = {inner, around(inner, source), {}};
    nested[2] = around(nested[1], source);
    for (std::size_t i = nested.size(); i > 1; --i)
        std::swap(nested[i - 1], nested[source.below(i)]);
    add_three(layout, nested[0], nested[1], nested[2], source);
}

void add_straddling(Layout &layout, Source &source)
{
    const Range whole = some_place(layout, source);
    const std::uint64_t by = std::min(1 + (whole.end - whole.start) / 2, step / 2);
    Range moved = whole;
    if (source.coin() && whole.end < all - by)
        moved = {whole.start + by, whole.end + by};
    else if (whole.start >= by)
        moved = {whole.start - by, whole.end - by};
    add_three(layout, whole, source.coin() ? whole : moved, moved, source);
}

void add_huge(Layout &layout, Source &source)
{
    const Range huge[] = {
        {0, all}, {base, all}, {base, base << source.below(24)}, {0, place(source).end}};
    const Range inside = some_place(layout, source);
    const Range chosen = huge[source.below(std::size(huge))];
    switch (source.below(3)) {
    case 0:
        return add_three(layout, chosen, inside, inside, source);
    case 1:
        return add_three(layout, inside, chosen, inside, source);
    default:
        return add_three(layout, inside, inside, chosen, source);
    }
}

void add_tiny(Layout &layout, Source &source)
{
    constexpr std::array<std::uint64_t, 3> sizes = {1, page, block};
    const Range around_it = some_place(layout, source);
    const std::uint64_t size =
        std::min(source.pick(sizes), std::max<std::uint64_t>(around_it.end - around_it.start, 1));
    const Range tiny = source.coin() ? Range{around_it.start, around_it.start + size - 1}
                                     : Range{around_it.end - (size - 1), around_it.end};
    const Range window = source.coin() ? tiny : around_it;
    add_three(layout, tiny, window, source.coin() ? tiny : around_it, source);
}

void add_one_byte_off(Layout &layout, Source &source)
{
    const Range exact = some_place(layout, source);
    const auto off = [&] {
        Range range = exact;
        switch (source.below(5)) {
        case 0:
            range.start += range.start < range.end ? 1 : 0;
            break;
        case 1:
            range.start -= range.start > 0 ? 1 : 0;
            break;
        case 2:
            range.end += range.end < all ? 1 : 0;
            break;
        case 3:
            range.end -= range.start < range.end ? 1 : 0;
            break;
        default:
            break;
        }
        return range;
    };
    const std::array<Range, 3> three = {off(), off(), off()};
    add_three(layout, three[0], three[1], three[2], source);
}

void add_hmat_split(Layout &layout, Source &source)
{
    const Range whole = some_place(layout, source);
    add_three(layout, whole, around(whole, source), whole, source);
    Range rest = whole;
    for (std::size_t i = 1 + source.below(3); i > 0 && rest.start < rest.end; --i) {
        const std::uint64_t middle = rest.start + (rest.end - rest.start) / 2;
        add_hmat(layout, {rest.start, middle}, source);
        rest.start = middle + 1;
    }
    if (source.coin())
        add_hmat(layout, rest, source);
}

void add_second_device(Layout &layout, Source &source)
{
    Range range = some_place(layout, source);
    if (source.coin())
        range = half(range, source);
    layout.hmem_platform_1 = {range, any_node(source)};
    if (source.coin())
        add_window(layout, around(range, source));
}

void change_configuration(Layout &layout, Source &source)
{
    scenario::Config &config = layout.config;
    const std::array<bool *, 5> flags = {&config.dev_dax_cxl, &config.dev_dax_hmem,
                                         &config.cxl_region, &config.hmem_disable,
                                         &config.kmem_remove_fails};
    bool &flag = *source.pick(flags);
    flag = !flag;
}

void change_built_in(Layout &layout, Source &source)
{
    scenario::Config &config = layout.config;
    if (source.one_in(3))
        config.async_probe.add(source.pick(scenario::async_drivers));
    else if (source.coin())
        config.builtin.add(source.pick(scenario::modules));
    else // what most kernels that build in anything do
        for (const kernel::Word word : scenario::modules)
            config.builtin.add(word);
}

} // namespace

std::int16_t any_node(Source &source)
{
    constexpr std::array<std::int16_t, 5> special = {scenario::no_node, 2, 3, 254,
                                                     scenario::node_max};
    return source.one_in(8) ? source.pick(special) : static_cast<std::int16_t>(source.below(2));
}

scenario::Assembly any_assembly(Source &source)
{
    return static_cast<scenario::Assembly>(source.below(4));
}

scenario::Mode any_mode(Source &source) { return static_cast<scenario::Mode>(source.below(3)); }

void add_shape(Layout &layout, Shape shape, Source &source)
{
    switch (shape) {
    case Shape::aligned: {
        const Range range = some_place(layout, source);
        return add_three(layout, range, range, range, source);
    }
    case Shape::adjacent:
        return add_adjacent(layout, source);
    case Shape::nested:
        return add_nested(layout, source);
    case Shape::straddling:
        return add_straddling(layout, source);
    case Shape::huge:
        return add_huge(layout, source);
    case Shape::tiny:
        return add_tiny(layout, source);
    case Shape::one_byte_off:
        return add_one_byte_off(layout, source);
    case Shape::hmat_split:
        return add_hmat_split(layout, source);
    case Shape::second_device:
        return add_second_device(layout, source);
    case Shape::configuration:
        return change_configuration(layout, source);
    case Shape::built_in:
        return change_built_in(layout, source);
    case Shape::count_:
        return;
    }
}

Layout make_layout(const Weights &weights, std::size_t shapes_max, Source &source)
{
    Layout layout;
    for (std::size_t i = source.below(shapes_max + 1); i > 0; --i)
        add_shape(layout, static_cast<Shape>(source.weighted(weights.shapes)), source);
    return layout;
}

std::vector<Range *> ranges_of(Layout &layout)
{
    std::vector<Range *> ranges;
    for (auto &item : layout.soft_reserved)
        ranges.push_back(&item.range);
    for (auto &item : layout.hmat)
        ranges.push_back(&item.range);
    for (auto &item : layout.windows)
        ranges.push_back(&item.range);
    for (auto &item : layout.regions)
        ranges.push_back(&item.range);
    if (layout.hmem_platform_1)
        ranges.push_back(&layout.hmem_platform_1->range);
    return ranges;
}

void nudge_edge(Layout &layout, Range &range, Source &source)
{
    constexpr std::array<std::uint64_t, 4> amounts = {1, 1, block, step};
    const auto ranges = ranges_of(layout);
    std::uint64_t &edge = source.coin() ? range.start : range.end;
    if (source.coin()) { // at an end of the neighbour, or one byte beside it
        const Range neighbour = *source.pick(ranges);
        const std::uint64_t end = source.coin() ? neighbour.start : neighbour.end;
        const std::size_t place = source.below(4);
        if (place == 0)
            edge = end - (end > 0 ? 1 : 0);
        else
            edge = end + (place == 1 && end < all ? 1 : 0);
    } else {
        const std::uint64_t amount = source.pick(amounts);
        if (source.coin())
            edge += std::min(amount, all - edge);
        else
            edge -= std::min(amount, edge);
    }
    if (range.start > range.end)
        std::swap(range.start, range.end);
}

} // namespace generators
