// SPDX-License-Identifier: GPL-2.0-only
// Every kind of layout is what its row says, and comes up among few.
#include "generators/layouts.hpp"
#include "generators/testing.hpp"

#include <algorithm>
#include <functional>

namespace generators {
namespace {

using scenario::Layout;
using scenario::Range;

std::vector<Range> all_of(Layout layout)
{
    std::vector<Range> ranges;
    for (const Range *range : ranges_of(layout))
        ranges.push_back(*range);
    return ranges;
}

bool any_pair(const Layout &layout, const std::function<bool(Range, Range)> &holds)
{
    const auto ranges = all_of(layout);
    return std::any_of(ranges.begin(), ranges.end(), [&](Range left) {
        return std::any_of(ranges.begin(), ranges.end(),
                           [&](Range right) { return holds(left, right); });
    });
}

bool any_range(const Layout &layout, const std::function<bool(Range)> &holds)
{
    const auto ranges = all_of(layout);
    return std::any_of(ranges.begin(), ranges.end(), holds);
}

bool shows(const Layout &layout, Shape shape)
{
    switch (shape) {
    case Shape::aligned:
        return std::any_of(
            layout.soft_reserved.begin(), layout.soft_reserved.end(), [&](const auto &item) {
                return !layout.windows.empty() && item.range == layout.windows[0].range;
            });
    case Shape::adjacent:
        return any_pair(layout, [](Range a, Range b) { return a.end + 1 == b.start; });
    case Shape::nested:
        return any_pair(layout,
                        [](Range a, Range b) { return a.start < b.start && b.end < a.end; });
    case Shape::straddling:
        return any_pair(layout, [](Range a, Range b) {
            return a.start < b.start && b.start < a.end && a.end < b.end;
        });
    case Shape::huge:
        return any_range(layout, [](Range a) { return a.end - a.start >= std::uint64_t{1} << 36; });
    case Shape::tiny:
        return any_range(layout, [](Range a) { return a.end - a.start < std::uint64_t{2} << 20; });
    case Shape::one_byte_off:
        return any_pair(layout, [](Range a, Range b) { return a.start + 1 == b.start; }) &&
               any_range(layout,
                         [](Range a) { return a.end % 4096 != 4095 || a.start % 4096 != 0; });
    case Shape::hmat_split:
        return !layout.hmat.empty() && any_pair(layout, [&](Range a, Range b) {
            return a.start == layout.hmat[0].range.start && a.start == b.start && a.end < b.end;
        });
    case Shape::second_device:
        return layout.hmem_platform_1.has_value();
    case Shape::configuration:
        return layout.config.dev_dax_cxl != scenario::Config{}.dev_dax_cxl ||
               layout.config.kmem_remove_fails || layout.config.hmem_disable ||
               !layout.config.cxl_region || !layout.config.dev_dax_hmem;
    case Shape::built_in:
        return layout.config.builtin.bits != 0 || layout.config.async_probe.bits != 0;
    case Shape::count_:
        break;
    }
    return false;
}

TEST(Layouts, EveryShapeAloneIsWhatItsRowSays)
{
    Seeded source(1);
    for (std::size_t i = 0; i < shapes_count; ++i) {
        int shown = 0;
        for (int draw = 0; draw < 200; ++draw) {
            Layout layout;
            add_shape(layout, static_cast<Shape>(i), source);
            shown += shows(layout, static_cast<Shape>(i)) ? 1 : 0;
        }
        // Not each: one of the three ranges may be absent, a nesting may have margins of none.
        EXPECT_GE(shown, 20) << i;
    }
}

TEST(Layouts, AnEmptyLayoutShowsNoShape)
{
    for (std::size_t i = 0; i < shapes_count; ++i)
        EXPECT_FALSE(shows({}, static_cast<Shape>(i))) << i;
}

TEST(Layouts, EveryShapeComesUpWithinThreeHundredLayouts)
{
    Seeded source(2);
    std::array<int, shapes_count> shown{};
    for (int draw = 0; draw < 300; ++draw) {
        const Layout layout = make_layout(swarm(source), 4, source);
        for (std::size_t i = 0; i < shapes_count; ++i)
            shown[i] += shows(layout, static_cast<Shape>(i)) ? 1 : 0;
    }
    for (std::size_t i = 0; i < shapes_count; ++i)
        EXPECT_GT(shown[i], 3) << i;
}

TEST(Layouts, AShapeThatIsSwitchedOffDoesNotComeUp)
{
    Seeded source(3);
    Weights weights = even_weights();
    for (const Shape off : {Shape::second_device, Shape::built_in, Shape::hmat_split})
        weights.shapes[static_cast<std::size_t>(off)] = 0;
    for (int draw = 0; draw < 1000; ++draw) {
        const Layout layout = make_layout(weights, 4, source);
        EXPECT_FALSE(shows(layout, Shape::second_device));
        EXPECT_FALSE(shows(layout, Shape::built_in));
        EXPECT_TRUE(layout.hmat.empty());
    }
}

TEST(Layouts, MayBeEmptyAndKeepTheBounds)
{
    Seeded source(4);
    bool empty = false;
    for (int draw = 0; draw < 300; ++draw) {
        scenario::Scenario scenario;
        scenario.layout = make_layout(swarm(source), draw < 200 ? 4 : 40, source);
        empty = empty || scenario.layout == Layout{};
        ASSERT_TRUE(testing::is_valid(scenario));
    }
    EXPECT_TRUE(empty);
}

TEST(Layouts, NudgedEdgesMeetNeighboursExactlyAndByOneByteEitherWay)
{
    Seeded source(5);
    const Layout before = {.soft_reserved = {{{0x1000, 0x1fff}, 0}},
                           .windows = {{0, {0x5000, 0x8fff}}}};
    std::array<int, 9> met{};
    for (int draw = 0; draw < 2000; ++draw) {
        Layout layout = before;
        nudge_edge(layout, layout.soft_reserved[0].range, source);
        const Range range = layout.soft_reserved[0].range;
        ASSERT_LE(range.start, range.end);
        EXPECT_EQ(layout.windows, before.windows);
        met[0] += range.end == 0x4fff;
        met[1] += range.end == 0x5000;
        met[2] += range.end == 0x5001;
        met[3] += range.end == 0x8ffe;
        met[4] += range.end == 0x8fff;
        met[5] += range.end == 0x9000;
        met[6] += range.end == 0x1ffe || range.end == 0x2000;
        met[7] += range.start == 0x0fff;
        met[8] += range.start == 0x1001;
    }
    EXPECT_GT(*std::min_element(met.begin(), met.end()), 20);
}

} // namespace
} // namespace generators
