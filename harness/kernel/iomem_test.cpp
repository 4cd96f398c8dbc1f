// SPDX-License-Identifier: GPL-2.0-only
// Covers: the machine's trees and the queries on them, with their points and records (KERNEL.md
// sections 4 and 5). The intersection itself is in resource_test.cpp.
#include "kernel/iomem.hpp"

#include "kernel/testing.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace kernel {
namespace {

constexpr Range low = {0x1000'0000, 0x1fff'ffff};
constexpr Range high = {0x4000'0000, 0x4fff'ffff};

class Iomem : public KernelTest {
protected:
    Iomem()
    {
        // Not in the order of their addresses.
        add_task(role_of(Word::boot), [] {
            reserve_soft_reserved(high, 1);
            reserve_soft_reserved(low, 0);
        });
        run();
    }
    static int cxl(Range range)
    {
        return region_intersects(range.start, range.size(), IORESOURCE_MEM, IORES_DESC_CXL);
    }
    static int soft_reserved(Range range)
    {
        return region_intersects_soft_reserve(range.start, range.size());
    }
};

// 7.0+: e820__reserve_resources_late() puts them into soft_reserve_resource and not into iomem.
TEST_F(Iomem, SoftReservedRangesAreNotInIomem)
{
    EXPECT_EQ(state_.iomem_resource.child, nullptr);
    ASSERT_NE(state_.soft_reserve_resource.child, nullptr);
    EXPECT_EQ(state_.soft_reserve_resource.child->start, low.start);
    run_actor([] { EXPECT_EQ(cxl(low), REGION_DISJOINT); });
}

// "That tree holds only SR, so MIXED cannot occur and any overlap is INTERSECTS" [D].
TEST_F(Iomem, AnyOverlapWithASoftReservedRangeIntersects)
{
    run_actor([] {
        EXPECT_EQ(soft_reserved(low), REGION_INTERSECTS);
        EXPECT_EQ(soft_reserved({low.end, low.end + 0x1000}), REGION_INTERSECTS);
        EXPECT_EQ(soft_reserved({0, high.end + 0x1000}), REGION_INTERSECTS);
        EXPECT_EQ(soft_reserved({low.end + 1, high.start - 1}), REGION_DISJOINT);
    });
    EXPECT_TRUE(ended());
}

TEST_F(Iomem, WalkVisitsByAscendingAddressAndStopsAtTheFirstResultThatIsNotZero)
{
    struct Visits {
        std::vector<std::uint64_t> starts;
        int result;
    };
    const auto visit = [](resource *res, void *argument) {
        auto *visits = static_cast<Visits *>(argument);
        visits->starts.push_back(res->start);
        return visits->result;
    };
    Visits all{{}, 0};
    EXPECT_EQ(walk_soft_reserve_res(&all, visit), 0);
    EXPECT_EQ(all.starts, (std::vector{low.start, high.start}));
    Visits first{{}, -7};
    EXPECT_EQ(walk_soft_reserve_res(&first, visit), -7);
    EXPECT_EQ(first.starts, std::vector{low.start});
}

TEST_F(Iomem, NodeOfAnAddressIsWhatFirmwareSaidOfItOrMinusOne)
{
    EXPECT_EQ(phys_to_target_node(low.start), 0);
    EXPECT_EQ(phys_to_target_node(high.end), 1);
    EXPECT_EQ(phys_to_target_node(high.end + 1), -1);
}

TEST_F(Iomem, FirstDescriptionOfAnAddressStandsAndNoNodeDescribesNothing)
{
    const Range range = {0x8000'0000, 0x8fff'ffff};
    describe_node(range, -1);
    EXPECT_EQ(phys_to_target_node(range.start), -1);
    describe_node(range, 3);
    describe_node(range, 4);
    EXPECT_EQ(phys_to_target_node(range.start), 3);
}

// "dax_cxl: on -1 uses memory_add_physaddr_to_nid".
TEST_F(Iomem, MemoryIsAddedToSomeNodeWhereFirmwareNamesNone)
{
    EXPECT_GE(memory_add_physaddr_to_nid(high.end + 1), 0);
    EXPECT_EQ(memory_add_physaddr_to_nid(high.start), 1);
}

// "resource_lock per call only; test-then-register not atomic": a switch fits before each query.
TEST_F(Iomem, EachQueryIsAPointAndARecordOfItsTree)
{
    run_actor([] {
        cxl(low);
        soft_reserved(low);
    });
    const auto points = events(EventKind::point);
    const auto queries = events(EventKind::intersects);
    ASSERT_EQ(points.size(), 2U);
    ASSERT_EQ(queries.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
        EXPECT_EQ(points[i].detail, static_cast<std::uint8_t>(Point::region_intersects));
        EXPECT_EQ(points[i].object, queries[i].object);
        EXPECT_EQ(queries[i].start, low.start);
        EXPECT_EQ(queries[i].end, low.end);
    }
    EXPECT_EQ(queries[0].object, name_of(Word::iomem));
    EXPECT_EQ(queries[0].value, REGION_DISJOINT);
    EXPECT_EQ(queries[1].object, name_of(Word::soft_reserve));
    EXPECT_EQ(queries[1].value, REGION_INTERSECTS);
}

// ---------------------------------------------------------------- cxl_test's answers

//   soft_reserve  SSSS....
//   mocked        ......MM    INTERSECTS of what overlaps it, flags and descriptor ignored
TEST_F(Iomem, MockedRangeIntersectsWhateverIsAskedForAndOnlyWhileItIsThere)
{
    const Name second = name_of(Word::hmem_platform, 1);
    const Range range = {0x8000'0000, 0x8fff'ffff};
    const Range before = {high.end + 1, range.start - 1};
    const Range partly = {range.end, range.end + 0x1000};
    run_actor([&] {
        EXPECT_EQ(cxl(partly), REGION_DISJOINT);
        mock_region_intersects(second, range);
        EXPECT_EQ(cxl(partly), REGION_INTERSECTS);
        EXPECT_EQ(soft_reserved(partly), REGION_INTERSECTS);
        EXPECT_EQ(region_intersects(range.start, 1, IORESOURCE_BUSY, IORES_DESC_NONE),
                  REGION_INTERSECTS);
        EXPECT_EQ(cxl(before), REGION_DISJOINT);
        EXPECT_EQ(soft_reserved(before), REGION_DISJOINT) << "falls to the real function";
        EXPECT_EQ(cxl(low), REGION_DISJOINT);
        EXPECT_EQ(soft_reserved(low), REGION_INTERSECTS);
        unmock_region_intersects(second);
        EXPECT_EQ(cxl(partly), REGION_DISJOINT);
        EXPECT_EQ(soft_reserved(partly), REGION_DISJOINT);
    });
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- kernels before 7.0

// Before 7.0: found in iomem, exactly or with something else around it, also below a window.
TEST_F(Iomem, HoldsSoftReservedRangesThemselvesWhereTheyHaveNoTreeOfTheirOwn)
{
    restart();
    state_.config.core.soft_reserved_in_iomem = true;
    run_actor([] {
        const auto query = [](Range range) {
            return region_intersects(range.start, range.size(), IORESOURCE_MEM,
                                     IORES_DESC_SOFT_RESERVED);
        };
        reserve_soft_reserved(low, 0);
        EXPECT_EQ(query(low), REGION_INTERSECTS);
        EXPECT_EQ(soft_reserved(low), REGION_DISJOINT);
        std::vector<Range> found;
        walk_iomem_res_desc(IORES_DESC_SOFT_RESERVED, IORESOURCE_MEM, 0, ~std::uint64_t{0}, &found,
                            [](resource *entry, void *argument) {
                                static_cast<std::vector<Range> *>(argument)->push_back(
                                    {entry->start, entry->end});
                                return 0;
                            });
        EXPECT_EQ(found, std::vector<Range>{low});

        resource window{
            .start = low.start, .end = high.end, .flags = IORESOURCE_MEM, .desc = IORES_DESC_CXL};
        insert_resource(&state().iomem_resource, &window);
        EXPECT_EQ(query(low), REGION_INTERSECTS);
        EXPECT_EQ(query({low.start, high.end}), REGION_MIXED);
    });
    EXPECT_EQ(events(EventKind::soft_reserved).at(0).object, name_of(Word::iomem));
    EXPECT_TRUE(ended());
}

} // namespace
} // namespace kernel
