// SPDX-License-Identifier: GPL-2.0-only
#include "report/range_map.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <random>
#include <string>
#include <vector>

namespace report {
namespace {

constexpr std::uint64_t top = std::numeric_limits<std::uint64_t>::max();

std::string drawn(const std::vector<Row> &rows, Legend legend = Legend::shown)
{
    std::vector<Range> ranges;
    for (const Row &row : rows)
        for (const Segment &segment : row.segments)
            ranges.push_back(segment.range);
    return range_map(Columns(ranges), rows, legend);
}

TEST(RangeMap, ShowsContainmentAndAdjacency)
{
    EXPECT_EQ(drawn({{"window0", {{{0x850000000, 0x284fffffff}}}, "CXL Window"},
                     {"SR0", {{{0x850000000, 0x94fffffff}}}, ""},
                     {"SR1", {{{0x950000000, 0xa4fffffff}}}, "node 1"}}),
              "window0 [AAAAAAAABBBBBBBBCCCCCCCC] CXL Window\n"
              "SR0     [AAAAAAAA................]\n"
              "SR1     [........BBBBBBBB........] node 1\n"
              "        A 0x850000000-0x94fffffff (4 GiB)\n"
              "        B 0x950000000-0xa4fffffff (4 GiB)\n"
              "        C 0xa50000000-0x284fffffff (120 GiB)\n");
}

TEST(RangeMap, DrawsGapsNarrowAndWithoutLetter)
{
    EXPECT_EQ(drawn({{"a", {{{0x1000, 0x1fff}}}, ""}, {"b", {{{0x8000, 0x8000}}}, ""}}),
              "a [AAAAAAAA..........]\n"
              "b [..........BBBBBBBB]\n"
              "  A 0x1000-0x1fff (4 KiB)\n"
              "  B 0x8000-0x8000 (1 B)\n");
}

TEST(RangeMap, DrawsPartialOverlap)
{
    EXPECT_EQ(drawn({{"a", {{{0, 0x1fff}}}, ""}, {"b", {{{0x1000, 0x2fff}}}, ""}}, Legend::hidden),
              "a [AAAAAAAABBBBBBBB........]\n"
              "b [........BBBBBBBBCCCCCCCC]\n");
}

TEST(RangeMap, ReachesTheTopOfTheAddressSpace)
{
    EXPECT_EQ(drawn({{"all", {{{0, top}}}, ""}, {"end", {{{top, top}}}, ""}}),
              "all [AAAAAAAABBBBBBBB]\n"
              "end [........BBBBBBBB]\n"
              "    A 0x0-0xfffffffffffffffe (18446744073709551615 B)\n"
              "    B 0xffffffffffffffff-0xffffffffffffffff (1 B)\n");
}

TEST(RangeMap, DrawsMarksAndLastSegmentOnTop)
{
    EXPECT_EQ(drawn({{"owner", {{{0, 0x2fff}, 'C'}, {{0x1000, 0x1fff}, 'H'}}, ""}}, Legend::hidden),
              "owner [CCCCCCCCHHHHHHHHCCCCCCCC]\n");
}

TEST(RangeMap, IndentsEveryLine)
{
    const std::vector<Range> ranges = {{0, 0xfff}};
    const std::vector<Row> rows = {{"a", {{ranges[0]}}, ""}};
    EXPECT_EQ(range_map(Columns(ranges), rows, Legend::shown, 4), "    a [AAAAAAAA]\n"
                                                                  "      A 0x0-0xfff (4 KiB)\n");
}

TEST(RangeMap, OfNothingIsEmpty)
{
    EXPECT_EQ(drawn({}), "");
    EXPECT_EQ(drawn({{"nothing", {}, ""}}), "");
}

TEST(RangeMap, CutsNotesThatAreTooLong)
{
    const std::string text = drawn({{"a", {{{0, 0xfff}}}, std::string(200, 'x')}}, Legend::hidden);
    EXPECT_EQ(text, "a [AAAAAAAA] " + std::string(84, 'x') + "...\n");
    EXPECT_EQ(text.size(), map_width_max + 1);
}

TEST(RangeMap, DrawsMoreColumnsThanLettersInParts)
{
    std::vector<Row> rows = {{"all", {}, ""}};
    for (std::uint64_t i = 0; i < 60; ++i)
        rows[0].segments.push_back({{i * 0x1000, i * 0x1000 + 0xfff}});
    EXPECT_EQ(drawn(rows, Legend::hidden),
              "part 1 of 2:\n"
              "all [ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz]\n"
              "part 2 of 2:\n"
              "all [AAAAAAAABBBBBBBBCCCCCCCCDDDDDDDDEEEEEEEEFFFFFFFFGGGGGGGGHHHHHHHH]\n");
}

TEST(RangeMap, NeverGetsWiderThanItsBound)
{
    std::mt19937_64 random(1);
    for (int i = 0; i < 200; ++i) {
        std::vector<Row> rows;
        for (std::size_t row = random() % 64 + 1; row > 0; --row) {
            const std::uint64_t a = random();
            const std::uint64_t b = random();
            rows.push_back({"hmem_platform.0",
                            {{{std::min(a, b), std::max(a, b)}}},
                            "assembly late, type2, System RAM"});
        }
        const std::string text = drawn(rows);
        for (std::size_t begin = 0; begin < text.size(); begin = text.find('\n', begin) + 1)
            ASSERT_LE(text.find('\n', begin) - begin, map_width_max);
    }
}

TEST(RangeMap, PrintsSizesInTheLargestUnitThatDivides)
{
    EXPECT_EQ(size_text({0, 0}), "1 B");
    EXPECT_EQ(size_text({0, 1023}), "1 KiB");
    EXPECT_EQ(size_text({0x200000, 0x3fffff}), "2 MiB");
    EXPECT_EQ(size_text({1, 0x40000000}), "1 GiB");
    EXPECT_EQ(size_text({0, 0x40000000}), "1073741825 B");
    EXPECT_EQ(size_text({0, top}), "16 EiB");
}

} // namespace
} // namespace report
