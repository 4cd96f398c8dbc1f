// SPDX-License-Identifier: GPL-2.0-only
// Covers: which ownership targets there are, and the line by which a runner tells their crashes apart.
// Does not cover: frames (failure_test.cpp), what runners demand of a linked target
// (scripts/check-oss-fuzz).
#include "fuzz/ownership.hpp"

#include "drivers/registry.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"

#include <gtest/gtest.h>

#include <string>
#include <variant>
#include <vector>

namespace fuzz {
namespace {

std::vector<std::uint8_t> wire(std::string_view text)
{
    const auto parsed = scenario::parse_text(text);
    return scenario::encode(std::get<scenario::Scenario>(parsed), drivers::revision_ids());
}

constexpr std::string_view loads_dax_cxl = "[[actor]]\nname = 'a'\nops = ['modprobe dax_cxl']\n";

} // namespace

// CMake reads the ids from the source of the table.
TEST(OwnershipTargets, AreOneForEachRevision)
{
    std::string ids;
    for (const std::string_view id : drivers::revision_ids())
        ids += std::string(ids.empty() ? "" : " ") + std::string(id);
    EXPECT_EQ(ids, HMEMFUZZ_REVISION_IDS);
}

TEST(OwnershipTargetsDeathTest, AViolationIsALineOfPropertyAndCause)
{
    const auto bytes = wire(loads_dax_cxl);
    EXPECT_DEATH(ownership("v7", bytes.data(), bytes.size()),
                 "ASSERTION FAILED: uninitialized-work cxl_dax_region_driver_register\n");
}

TEST(OwnershipTargets, ACleanRunReturnsZero)
{
    const auto bytes = wire(loads_dax_cxl);
    EXPECT_EQ(ownership("v8", bytes.data(), bytes.size()), 0);
    EXPECT_EQ(ownership("mainline", nullptr, 0), 0);
}

} // namespace fuzz
