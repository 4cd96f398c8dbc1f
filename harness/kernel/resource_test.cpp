// SPDX-License-Identifier: GPL-2.0-only
// Covers: every fact of KERNEL.md section 4, "tree rules" and "region_intersects", as a claim; the
// golden table measured on a real kernel.
// Does not cover: random trees (fuzz/resource_trees_test.cpp), the points and events around these
// calls (iomem_test.cpp, dax_bus_test.cpp).
#include "kernel/resource.hpp"

#include "kernel/errno.hpp"
#include "kernel/kernel.hpp"
#include "kernel/object.hpp"
#include "kernel/state.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace kernel {
namespace {

// ---------------------------------------------------------------- fixtures

// What allocation and warnings need: a current kernel. Nothing else in this file knows of one.
class ResourceInKernel : public testing::Test {
protected:
    void SetUp() override { state_.begin(Memory::judged, {}, {}, 1); }
    void TearDown() override { state_.end(); }

    std::vector<Misuse> warnings() const
    {
        std::vector<Misuse> found;
        for (const Event &event : state_.events)
            if (event.kind == EventKind::misuse)
                found.push_back(static_cast<Misuse>(event.detail));
        return found;
    }
    std::size_t survivors() const { return state_.objects.survivors().size(); }

private:
    State state_;
    CurrentState current_{state_};
};

constexpr unsigned IORESOURCE_SYSTEM_RAM = IORESOURCE_MEM | 0x01000000;
constexpr std::uint64_t all = ~std::uint64_t{0};

// The letters of the golden table: C a CXL window, S Soft Reserved, O other memory, R busy System
// RAM.
resource resource_of(char letter, Range range)
{
    resource made{.start = range.start, .end = range.end, .flags = IORESOURCE_MEM};
    switch (letter) {
    case 'C':
        made.name = "C";
        made.desc = IORES_DESC_CXL;
        break;
    case 'S':
        made.name = "S";
        made.desc = IORES_DESC_SOFT_RESERVED;
        break;
    case 'R':
        made.name = "R";
        made.flags = IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY;
        break;
    default:
        made.name = "O";
    }
    return made;
}

// A root over all addresses; resources live here as long as it does. Positions in tests are small
// numbers, and ends exclusive as in KERNEL.md's table; position p is address base + p * unit.
struct Tree {
    resource root{.end = all, .name = "root", .flags = IORESOURCE_MEM};
    std::deque<resource> nodes = {};
    std::uint64_t base = 0;
    std::uint64_t unit = 1;

    Range range(unsigned from, unsigned to) const
    {
        return {base + from * unit, base + to * unit - 1};
    }
    resource *make(char letter, unsigned from, unsigned to)
    {
        return &nodes.emplace_back(resource_of(letter, range(from, to)));
    }
    int insert(char letter, unsigned from, unsigned to)
    {
        return insert_resource(&root, make(letter, from, to));
    }
    int request(char letter, unsigned from, unsigned to)
    {
        return request_resource(&root, make(letter, from, to));
    }
    // "O0-8 C0-4": each is inserted in this order.
    void insert_all(const std::string &text)
    {
        std::istringstream words(text);
        char letter = 0;
        unsigned from = 0;
        for (int to = 0; words >> letter >> from >> to;)
            ASSERT_EQ(insert(letter, from, static_cast<unsigned>(-to)), 0) << text;
    }
    int intersects(unsigned from, unsigned to, unsigned flags, int desc)
    {
        return region_intersects(&root, range(from, to).start, (to - from) * unit, flags, desc);
    }
};

void draw_below(const Tree &tree, const resource &parent, std::size_t depth, std::string &text)
{
    for (const resource *at = parent.child; at != nullptr; at = at->sibling) {
        const auto from = static_cast<std::size_t>((at->start - tree.base) / tree.unit);
        const auto to = static_cast<std::size_t>((at->end - tree.base) / tree.unit + 1);
        std::string row(16, '.');
        row.replace(from, to - from, to - from, at->name[0]);
        text += row + std::string(2 * depth, ' ') + at->name + std::to_string(from) + "-" +
                std::to_string(to) + "\n";
        draw_below(tree, *at, depth + 1, text);
    }
}

// One line a resource, indented by its depth:
//   OOOOOOOO........  O0-8
//   CCCC............    C0-4
std::string draw(const Tree &tree)
{
    std::string text = "\n";
    draw_below(tree, tree.root, 1, text);
    return text;
}

// Number of resources below `parent`; fails the test where the tree breaks a rule.
std::size_t count_well_formed(const resource &parent)
{
    std::size_t count = 0;
    for (const resource *at = parent.child; at != nullptr; at = at->sibling) {
        EXPECT_EQ(at->parent, &parent);
        EXPECT_LE(at->start, at->end);
        EXPECT_TRUE(parent.start <= at->start && at->end <= parent.end);
        EXPECT_TRUE(at->sibling == nullptr || at->end < at->sibling->start);
        count += 1 + count_well_formed(*at);
    }
    return count;
}

// ---------------------------------------------------------------- region_intersects

// Drivers compare with the names, traces hold the numbers.
static_assert(REGION_INTERSECTS == 0 && REGION_DISJOINT == 1 && REGION_MIXED == 2);
static_assert(IORES_DESC_NONE == 0 && IORES_DESC_SOFT_RESERVED == 8 && IORES_DESC_CXL == 9);

constexpr int I = REGION_INTERSECTS;
constexpr int D = REGION_DISJOINT;
constexpr int M = REGION_MIXED;

struct Row {
    const char *tree; // inserted from left to right
    unsigned from;
    unsigned to;
    int cxl;
    int soft_reserved;
};

// KERNEL.md section 4, "Golden vectors", measured on 6.12; a row with slashes is several here.
// C, S and O go in by insert_resource, as windows and firmware ranges do. So does R here, although
// kmem makes it by __request_region: that way R comes above an equal window, the harder case. The
// other way is tested below (SystemRamInAWindowHidesNothing).
// clang-format off: one row a line
constexpr Row golden[] = {
    {"", 0, 4, D, D},
    {"C0-4", 0, 4, I, D},
    {"C1-3", 0, 4, I, D},
    {"C0-2 O2-4", 0, 4, M, D},
    {"O0-8 C0-4", 0, 4, I, D},
    {"O0-8 C0-4", 3, 5, M, D},
    {"O0-8 C0-4", 0, 12, M, D},
    {"O0-4 C0-2", 0, 4, M, D},
    {"O0-4 C2-4", 0, 4, M, D},
    {"O0-4 C1-3", 0, 4, M, D},
    {"O0-4 C0-1 C2-4", 0, 4, M, D},
    {"O0-4", 0, 4, D, D},
    {"C0-4 O0-4", 0, 4, I, D},
    {"O0-4 C0-4", 0, 4, I, D},
    {"C0-8 S0-4", 0, 4, I, I},
    {"C0-8 S0-4", 2, 4, I, I},
    {"C0-8 S0-4", 0, 8, I, M},
    {"C0-8 S0-4", 4, 8, I, D},
    {"S0-8 C0-4", 0, 4, I, I},
    {"S0-4", 0, 8, D, I},
    {"S0-4", 2, 6, D, I},
    {"S0-4 S4-8", 0, 8, D, I},
    {"O0-2 C2-4", 0, 4, M, D},
    {"C0-4 R0-2", 0, 4, I, D},
    {"R0-4 C0-4", 0, 4, I, D},
    {"C0-4 R0-4", 0, 4, I, D},
};
// clang-format on

void expect_golden(std::uint64_t base, std::uint64_t unit)
{
    for (const Row &row : golden) {
        Tree tree{.base = base, .unit = unit};
        tree.insert_all(row.tree);
        const auto query = [&](int desc) {
            return tree.intersects(row.from, row.to, IORESOURCE_MEM, desc);
        };
        EXPECT_EQ(query(IORES_DESC_CXL), row.cxl)
            << "CXL in [" << row.from << "," << row.to << ") of '" << row.tree << "'" << draw(tree);
        EXPECT_EQ(query(IORES_DESC_SOFT_RESERVED), row.soft_reserved)
            << "SR in [" << row.from << "," << row.to << ") of '" << row.tree << "'" << draw(tree);
    }
}

TEST(RegionIntersects, GivesTheMeasuredResults) { expect_golden(0, 1); }
TEST(RegionIntersects, GivesTheMeasuredResultsAtRealSizes) { expect_golden(0x850000000, 2 << 20); }
// The table's highest position, 12, is the end of the address space: nothing may wrap around.
TEST(RegionIntersects, GivesTheMeasuredResultsUpToTheLastAddress)
{
    expect_golden(0 - (std::uint64_t{12} << 21), 2 << 20);
}

TEST(RegionIntersects, CoverageReachesThroughSeveralDepths)
{
    Tree tree;
    tree.insert_all("O0-8 O0-4 C0-2 C2-4 C4-8");
    EXPECT_EQ(tree.intersects(0, 8, IORESOURCE_MEM, IORES_DESC_CXL), I) << draw(tree);
}

TEST(RegionIntersects, EveryFlagAskedForMustBeSet)
{
    Tree tree;
    tree.insert_all("R0-4 O4-8");
    const unsigned busy = IORESOURCE_SYSTEM_RAM | IORESOURCE_BUSY;
    EXPECT_EQ(tree.intersects(0, 4, busy, IORES_DESC_NONE), I) << draw(tree);
    EXPECT_EQ(tree.intersects(4, 8, busy, IORES_DESC_NONE), D) << draw(tree);
    EXPECT_EQ(tree.intersects(0, 8, busy, IORES_DESC_NONE), M) << draw(tree);
    EXPECT_EQ(tree.intersects(0, 8, IORESOURCE_MEM, IORES_DESC_NONE), I) << draw(tree);
}

TEST(RegionIntersects, SizeZeroAtZeroIsEveryAddress)
{
    Tree tree;
    tree.insert_all("C3-4");
    EXPECT_EQ(region_intersects(&tree.root, 0, 0, IORESOURCE_MEM, IORES_DESC_CXL), I);
}

// ---------------------------------------------------------------- request, release, remove

TEST(RequestResource, TouchingIsNoConflict)
{
    Tree tree;
    EXPECT_EQ(tree.request('O', 4, 8), 0);
    EXPECT_EQ(tree.request('O', 8, 12), 0);
    EXPECT_EQ(tree.request('O', 0, 4), 0);
    EXPECT_EQ(count_well_formed(tree.root), 3u) << draw(tree);
}

TEST(RequestResource, AnyOverlapIsBusy)
{
    Tree tree;
    ASSERT_EQ(tree.request('O', 4, 8), 0);
    const std::pair<unsigned, unsigned> ranges[] = {{4, 8}, {5, 6}, {3, 5}, {7, 9}, {0, 12}};
    for (const auto &[from, to] : ranges)
        EXPECT_EQ(tree.request('O', from, to), -EBUSY) << from << "-" << to << draw(tree);
    EXPECT_EQ(count_well_formed(tree.root), 1u) << draw(tree);
}

TEST(RequestResource, OutsideTheRootIsBusy)
{
    Tree tree;
    tree.root.start = 4;
    tree.root.end = 7;
    EXPECT_EQ(tree.request('O', 3, 5), -EBUSY);
    EXPECT_EQ(tree.request('O', 7, 9), -EBUSY);
    EXPECT_EQ(tree.request('O', 10, 12), -EBUSY);
    EXPECT_EQ(tree.request('O', 4, 8), 0);
}

TEST(RequestResource, EndBeforeStartIsBusy)
{
    Tree tree;
    EXPECT_EQ(tree.request('O', 5, 4), -EBUSY);
    EXPECT_EQ(tree.request('O', 4, 4), -EBUSY);
}

TEST(DefineResMem, TakesASizeSoThatMinusOneEndsOneByteShort)
{
    resource root = DEFINE_RES_MEM_NAMED(0, all, "DAX Regions");
    EXPECT_EQ(root.end, 0xfffffffffffffffe);
    EXPECT_EQ(root.flags, IORESOURCE_MEM);
    resource last{.start = all - 0xfff, .end = all};
    EXPECT_EQ(request_resource(&root, &last), -EBUSY) << "a region that ends at max is refused";
    last.end = all - 1;
    EXPECT_EQ(request_resource(&root, &last), 0);
}

TEST(ReleaseResource, TakesTheSubtreeAlong)
{
    Tree tree;
    tree.insert_all("O0-8 C0-4 C4-6 O8-12");
    resource *top = &tree.nodes[0];
    EXPECT_EQ(release_resource(top), 0);
    EXPECT_EQ(count_well_formed(tree.root), 1u) << draw(tree);
    EXPECT_EQ(count_well_formed(*top), 2u) << "children keep pointing to it";
    EXPECT_EQ(tree.request('O', 0, 8), 0) << draw(tree);
}

TEST(ReleaseResource, OfOneThatIsNotThereIsInvalid)
{
    Tree tree;
    resource *stranger = tree.make('O', 0, 4);
    EXPECT_EQ(release_resource(stranger), -EINVAL);
    EXPECT_EQ(remove_resource(stranger), -EINVAL);
    ASSERT_EQ(request_resource(&tree.root, stranger), 0);
    EXPECT_EQ(release_resource(stranger), 0);
    EXPECT_EQ(release_resource(stranger), -EINVAL);
}

TEST(RemoveResource, MovesTheChildrenUp)
{
    Tree tree;
    tree.insert_all("O0-2 C2-8 S2-4 S5-8 O8-9");
    EXPECT_EQ(remove_resource(&tree.nodes[1]), 0);
    EXPECT_EQ(count_well_formed(tree.root), 4u) << draw(tree);
    EXPECT_EQ(tree.nodes[2].parent, &tree.root) << draw(tree);
    EXPECT_EQ(tree.nodes[3].parent, &tree.root) << draw(tree);
    EXPECT_EQ(insert_resource(&tree.root, &tree.nodes[1]), 0);
    EXPECT_EQ(tree.nodes[2].parent, &tree.nodes[1]) << draw(tree);
}

TEST(RemoveResource, WithoutChildrenLeavesAHole)
{
    Tree tree;
    tree.insert_all("O0-2 C2-8 O8-9");
    EXPECT_EQ(remove_resource(&tree.nodes[1]), 0);
    EXPECT_EQ(count_well_formed(tree.root), 2u) << draw(tree);
}

// ---------------------------------------------------------------- insert

TEST(InsertResource, WhatItCoversMovesBelowIt)
{
    Tree tree;
    tree.insert_all("O0-1 S2-4 S5-6 O9-10 C1-8");
    EXPECT_EQ(count_well_formed(tree.root), 5u) << draw(tree);
    EXPECT_EQ(tree.nodes[1].parent, &tree.nodes[4]) << draw(tree);
    EXPECT_EQ(tree.nodes[2].parent, &tree.nodes[4]) << draw(tree);
    EXPECT_EQ(tree.nodes[3].parent, &tree.root) << draw(tree);
}

TEST(InsertResource, GoesIntoWhatContainsIt)
{
    Tree tree;
    tree.insert_all("C0-8 O0-4 S1-2");
    EXPECT_EQ(tree.nodes[2].parent, &tree.nodes[1]) << draw(tree);
    EXPECT_EQ(tree.nodes[1].parent, &tree.nodes[0]) << draw(tree);
}

TEST(InsertResource, OfAnEqualRangeBecomesTheParent)
{
    Tree tree;
    tree.insert_all("O0-4 C0-4");
    EXPECT_EQ(tree.nodes[0].parent, &tree.nodes[1]) << draw(tree);
    EXPECT_EQ(tree.nodes[1].parent, &tree.root) << draw(tree);
}

TEST(InsertResource, PartialOverlapIsBusyAndChangesNothing)
{
    Tree tree;
    tree.insert_all("O0-2 C2-6");
    EXPECT_EQ(tree.insert('S', 4, 8), -EBUSY);
    EXPECT_EQ(tree.insert('S', 1, 3), -EBUSY);
    EXPECT_EQ(tree.insert('S', 0, 4), -EBUSY) << "it covers the first and crosses the second";
    EXPECT_EQ(count_well_formed(tree.root), 2u) << draw(tree);
    EXPECT_EQ(tree.nodes[0].parent, &tree.root) << draw(tree);
}

TEST(InsertResource, OutsideTheRootIsBusy)
{
    Tree tree;
    tree.root.end = 7;
    EXPECT_EQ(tree.insert('S', 4, 9), -EBUSY);
    EXPECT_EQ(tree.insert('S', 5, 4), -EBUSY);
}

TEST(InsertResourceExpandToFit, GrowsOverPartialConflicts)
{
    Tree tree;
    tree.insert_all("S0-4 S6-10 O12-14");
    resource *window = tree.make('C', 2, 8);
    insert_resource_expand_to_fit(&tree.root, window);
    EXPECT_EQ(window->start, 0u) << draw(tree);
    EXPECT_EQ(window->end, 9u) << draw(tree);
    EXPECT_EQ(tree.nodes[0].parent, window) << draw(tree);
    EXPECT_EQ(tree.nodes[1].parent, window) << draw(tree);
    EXPECT_EQ(count_well_formed(tree.root), 4u) << draw(tree);
}

TEST(InsertResourceExpandToFit, KeepsItsSizeWhereItFits)
{
    Tree tree;
    tree.insert_all("O0-8 S2-4");
    resource *window = tree.make('C', 1, 4);
    insert_resource_expand_to_fit(&tree.root, window);
    EXPECT_EQ(window->start, 1u) << draw(tree);
    EXPECT_EQ(window->end, 3u) << draw(tree);
    EXPECT_EQ(window->parent, &tree.nodes[0]) << draw(tree);
}

TEST(InsertResourceExpandToFit, OutsideTheRootStaysOut)
{
    Tree tree;
    tree.root.end = 7;
    resource *window = tree.make('C', 4, 9);
    insert_resource_expand_to_fit(&tree.root, window);
    EXPECT_EQ(window->parent, nullptr);
    EXPECT_EQ(count_well_formed(tree.root), 0u);
}

// ---------------------------------------------------------------- contains, walk

TEST(ResourceContains, NeedsOneTypeNoneUnsetAndInclusiveCover)
{
    const resource outer = resource_of('C', {4, 7});
    resource inner = resource_of('O', {4, 7});
    EXPECT_TRUE(resource_contains(&outer, &inner));
    inner.flags |= IORESOURCE_BUSY;
    EXPECT_TRUE(resource_contains(&outer, &inner)) << "busy is no part of the type";
    inner.flags = 0;
    EXPECT_FALSE(resource_contains(&outer, &inner));
    inner.flags = IORESOURCE_MEM | IORESOURCE_UNSET;
    EXPECT_FALSE(resource_contains(&outer, &inner));
    EXPECT_FALSE(resource_contains(&inner, &outer));
    for (const Range range : {Range{3, 7}, Range{4, 8}}) {
        inner = resource_of('O', range);
        EXPECT_FALSE(resource_contains(&outer, &inner));
        EXPECT_TRUE(resource_contains(&inner, &outer));
    }
}

struct Visits {
    std::vector<resource> seen;
    std::size_t stop_after = 100;

    static int visit(resource *res, void *arg)
    {
        auto *self = static_cast<Visits *>(arg);
        self->seen.push_back(*res);
        res->end = all; // it is a copy: neither the tree nor the walk may notice
        return self->seen.size() == self->stop_after ? 7 : 0;
    }
    int walk(Tree &tree, unsigned from, unsigned to, int desc)
    {
        const Range range = tree.range(from, to);
        return walk_res_desc(&tree.root, desc, IORESOURCE_MEM, range.start, range.end, this, visit);
    }
    // "2-4 6-8": positions, ends exclusive.
    std::string text() const
    {
        std::string text;
        for (const resource &res : seen)
            text += (text.empty() ? "" : " ") + std::to_string(res.start) + "-" +
                    std::to_string(res.end + 1);
        return text;
    }
};

TEST(WalkResDesc, VisitsMatchesAtAnyDepthAscendingAndClipped)
{
    Tree tree;
    tree.insert_all("S12-15 S0-4 O4-12 S9-11 S6-8");
    Visits visits;
    EXPECT_EQ(visits.walk(tree, 2, 14, IORES_DESC_SOFT_RESERVED), 0);
    EXPECT_EQ(visits.text(), "2-4 6-8 9-11 12-14") << draw(tree);
}

TEST(WalkResDesc, PassesFlagsDescriptorAndParentButNoName)
{
    Tree tree;
    tree.insert_all("O0-8 S2-4");
    Visits visits;
    ASSERT_EQ(visits.walk(tree, 0, 8, IORES_DESC_SOFT_RESERVED), 0);
    ASSERT_EQ(visits.seen.size(), 1u);
    EXPECT_EQ(visits.seen[0].flags, IORESOURCE_MEM);
    EXPECT_EQ(visits.seen[0].desc, IORES_DESC_SOFT_RESERVED);
    EXPECT_EQ(visits.seen[0].parent, &tree.nodes[0]);
    EXPECT_EQ(visits.seen[0].name, nullptr);
}

TEST(WalkResDesc, ContinuesBehindAMatchAndSkipsWhatLiesInIt)
{
    Tree tree;
    tree.insert_all("S0-6 S2-4 S6-8");
    Visits visits;
    EXPECT_EQ(visits.walk(tree, 0, 16, IORES_DESC_SOFT_RESERVED), 0);
    EXPECT_EQ(visits.text(), "0-6 6-8") << draw(tree);
}

TEST(WalkResDesc, StopsAtTheFirstNonZeroResultAndReturnsIt)
{
    Tree tree;
    tree.insert_all("S0-2 S2-4 S4-6");
    Visits visits{.seen = {}, .stop_after = 2};
    EXPECT_EQ(visits.walk(tree, 0, 16, IORES_DESC_SOFT_RESERVED), 7);
    EXPECT_EQ(visits.text(), "0-2 2-4");
}

TEST(WalkResDesc, WithoutAMatchIsInvalid)
{
    Tree tree;
    tree.insert_all("O0-4 C8-9");
    Visits visits;
    EXPECT_EQ(visits.walk(tree, 0, 8, IORES_DESC_CXL), -EINVAL);
    EXPECT_EQ(visits.walk(tree, 0, 16, IORES_DESC_SOFT_RESERVED), -EINVAL);
    EXPECT_EQ(visits.text(), "");
}

TEST(WalkResDesc, EndsAtTheLastAddress)
{
    Tree tree{.base = all - 15};
    tree.insert_all("S0-4 S12-16");
    Visits visits;
    EXPECT_EQ(visits.walk(tree, 0, 16, IORES_DESC_SOFT_RESERVED), 0);
    ASSERT_EQ(visits.seen.size(), 2u);
    EXPECT_EQ(visits.seen[1].end, all);
}

// ---------------------------------------------------------------- allocation and warnings

TEST_F(ResourceInKernel, RequestRegionDescendsIntoNonBusyAndTakesItsDescriptor)
{
    Tree tree;
    tree.insert_all("C0-8 S0-4");
    resource *region = __request_region(&tree.root, 1, 2, "kmem", 0);
    ASSERT_NE(region, nullptr);
    EXPECT_EQ(region->parent, &tree.nodes[1]);
    EXPECT_EQ(region->start, 1u);
    EXPECT_EQ(region->end, 2u);
    EXPECT_STREQ(region->name, "kmem");
    EXPECT_EQ(region->flags, IORESOURCE_MEM | IORESOURCE_BUSY);
    EXPECT_EQ(region->desc, IORES_DESC_SOFT_RESERVED);
    EXPECT_EQ(count_well_formed(tree.root), 3u);
}

TEST_F(ResourceInKernel, RequestRegionLandsBelowAnEqualNonBusyRange)
{
    Tree tree;
    tree.insert_all("C0-4");
    resource *region = __request_region(&tree.root, 0, 4, "kmem", 0);
    ASSERT_NE(region, nullptr);
    EXPECT_EQ(region->parent, &tree.nodes[0]);
}

TEST_F(ResourceInKernel, RequestRegionFailsOnBusyEvenPartly)
{
    Tree tree;
    ASSERT_NE(__request_region(&tree.root, 4, 4, "first", 0), nullptr);
    EXPECT_EQ(__request_region(&tree.root, 4, 4, "equal", 0), nullptr);
    EXPECT_EQ(__request_region(&tree.root, 5, 2, "inside", 0), nullptr);
    EXPECT_EQ(__request_region(&tree.root, 0, 16, "around", 0), nullptr);
    EXPECT_EQ(__request_region(&tree.root, 7, 2, "one byte", 0), nullptr);
    EXPECT_NE(__request_region(&tree.root, 8, 4, "touching", 0), nullptr);
    EXPECT_EQ(count_well_formed(tree.root), 2u);
    EXPECT_EQ(survivors(), 2u) << "a refused request leaves nothing behind";
}

TEST_F(ResourceInKernel, RequestRegionFailsWhereItStraddlesOrLeavesTheRoot)
{
    Tree tree;
    tree.root.end = 15;
    tree.insert_all("C0-4 C4-8");
    EXPECT_EQ(__request_region(&tree.root, 2, 4, "two windows", 0), nullptr);
    EXPECT_EQ(__request_region(&tree.root, 6, 4, "window and hole", 0), nullptr);
    EXPECT_EQ(__request_region(&tree.root, 0, 10, "around", 0), nullptr);
    EXPECT_EQ(__request_region(&tree.root, 12, 8, "outside", 0), nullptr);
    EXPECT_EQ(count_well_formed(tree.root), 2u);
}

TEST_F(ResourceInKernel, ConflictIsWhatARequestWouldFailOn)
{
    Tree tree;
    tree.root.end = 15;
    tree.insert_all("C0-4 C4-8");
    const resource *first = tree.root.child;
    const resource *busy = __request_region(&tree.root, 4, 2, "busy", 0);
    EXPECT_EQ(region_conflict(&tree.root, 2, 4), first) << "two windows";
    EXPECT_EQ(region_conflict(&tree.root, 6, 4), first->sibling) << "window and hole";
    EXPECT_EQ(region_conflict(&tree.root, 5, 2), busy) << "below its window";
    EXPECT_EQ(region_conflict(&tree.root, 12, 8), &tree.root);
    EXPECT_EQ(region_conflict(&tree.root, 0, 4), nullptr);
    EXPECT_EQ(region_conflict(&tree.root, 6, 2), nullptr);
    EXPECT_EQ(region_conflict(&tree.root, 8, 4), nullptr);
    EXPECT_EQ(count_well_formed(tree.root), 3u);
}

// The golden table's last row as kmem makes it: R goes below a window that was there before.
TEST_F(ResourceInKernel, SystemRamInAWindowHidesNothing)
{
    for (const std::uint64_t size : {2, 4}) {
        Tree tree;
        tree.insert_all("C0-4");
        ASSERT_NE(__request_region(&tree.root, 0, size, "R", 0x01000000), nullptr);
        EXPECT_EQ(tree.intersects(0, 4, IORESOURCE_MEM, IORES_DESC_CXL), I) << draw(tree);
        EXPECT_EQ(tree.intersects(0, 4, IORESOURCE_MEM, IORES_DESC_SOFT_RESERVED), D);
    }
    Tree tree;
    ASSERT_NE(__request_region(&tree.root, 0, 4, "R", 0x01000000), nullptr);
    tree.insert_all("C0-4");
    EXPECT_EQ(tree.intersects(0, 4, IORESOURCE_MEM, IORES_DESC_CXL), I) << draw(tree);
}

TEST_F(ResourceInKernel, ReleaseRegionFreesTheExactBusyRange)
{
    Tree tree;
    tree.insert_all("C0-8");
    ASSERT_NE(__request_region(&tree.root, 2, 2, "kmem", 0), nullptr);
    __release_region(&tree.root, 2, 2);
    EXPECT_EQ(survivors(), 0u);
    EXPECT_EQ(count_well_formed(tree.root), 1u);
    EXPECT_EQ(warnings().size(), 0u);
}

TEST_F(ResourceInKernel, ReleaseRegionWarnsWithoutAnExactBusyMatch)
{
    Tree tree;
    tree.insert_all("C0-8");
    ASSERT_NE(__request_region(&tree.root, 2, 4, "kmem", 0), nullptr);
    const std::pair<unsigned, unsigned> ranges[] = {{2, 3}, {3, 6}, {0, 8}, {10, 12}, {1, 6}};
    for (const auto &[from, to] : ranges)
        __release_region(&tree.root, from, to - from);
    EXPECT_EQ(warnings().size(), std::size(ranges));
    EXPECT_EQ(count_well_formed(tree.root), 2u) << draw(tree);
}

TEST_F(ResourceInKernel, InsertingAgainWarnsAndChangesNothing)
{
    Tree tree;
    tree.insert_all("O0-8 C2-4 S2-4 O12-14"); // C2-4 stands below an equal range
    for (resource &node : tree.nodes)
        EXPECT_EQ(insert_resource(&tree.root, &node), -EBUSY) << node.name << draw(tree);
    insert_resource_expand_to_fit(&tree.root, &tree.nodes[1]);
    EXPECT_EQ(warnings(), std::vector(5, Misuse::resource_reinserted));
    EXPECT_EQ(count_well_formed(tree.root), 4u) << draw(tree);
}

} // namespace
} // namespace kernel
