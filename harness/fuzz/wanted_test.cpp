// SPDX-License-Identifier: GPL-2.0-only
// Covers: lists of findings to look for, and how a target takes HMEMFUZZ_WANTED. Does not cover:
// the benchmark that gives it (scripts/bench-time-to-bug).
#include "fuzz/wanted.hpp"

#include "drivers/registry.hpp"
#include "fuzz/ownership.hpp"
#include "scenario/text.hpp"
#include "scenario/wire.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace fuzz {
namespace {

using properties::Finding;
using properties::Property;
using properties::Status;

Finding lost_range(const char *cause, Status status = Status::violation, std::string_view id = {})
{
    Finding finding;
    finding.violation.property = Property::lost_range;
    finding.violation.cause = cause;
    finding.judgement.status = status;
    finding.judgement.id = id;
    return finding;
}

Wanted parsed(std::string_view list)
{
    auto result = Wanted::parse(list);
    if (const auto *wrong = std::get_if<std::string>(&result))
        ADD_FAILURE() << *wrong;
    return std::get<Wanted>(std::move(result));
}

std::string error(std::string_view list)
{
    const auto result = Wanted::parse(list);
    const auto *wrong = std::get_if<std::string>(&result);
    return wrong != nullptr ? *wrong : "no error";
}

// On v7, loading dax_cxl alone is a violation.
int loads_dax_cxl(const char *wanted)
{
    setenv("HMEMFUZZ_WANTED", wanted, 1);
    const auto scenario =
        scenario::parse_text("[[actor]]\nname = 'a'\nops = ['modprobe dax_cxl']\n");
    const auto bytes =
        scenario::encode(std::get<scenario::Scenario>(scenario), drivers::revision_ids());
    ownership("v7", nullptr, 0);
    return ownership("v7", bytes.data(), bytes.size());
}

} // namespace

TEST(Wanted, IsAllSeenWithTheLastItem)
{
    Wanted wanted = parsed("lost-range:a\nlost-range:b -\nlost-range:c ML-4\n");
    EXPECT_FALSE(wanted.see(lost_range("a", Status::accepted, "ML-10"), 1));    // any exception
    EXPECT_FALSE(wanted.see(lost_range("b", Status::open, "region-going"), 2)); // none, it says
    EXPECT_FALSE(wanted.see(lost_range("c"), 3));
    EXPECT_FALSE(wanted.see(lost_range("c", Status::accepted, "ML-4"), 4));
    EXPECT_FALSE(wanted.see(lost_range("c", Status::accepted, "ML-4"), 5));
    EXPECT_TRUE(wanted.see(lost_range("b"), 6));
    EXPECT_FALSE(wanted.see(lost_range("b"), 7));
}

TEST(Wanted, TellsEachItemOnceWithItsExecution)
{
    Wanted wanted = parsed("lost-range:a -\nlost-range:b");
    ::testing::internal::CaptureStderr();
    wanted.see(lost_range("a"), 17);
    wanted.see(lost_range("a"), 18);
    wanted.see(lost_range("b", Status::accepted, "ML-4"), 19);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(),
              "found 17 lost-range:a -\nfound 19 lost-range:b ML-4\n");
}

TEST(Wanted, SaysWhichLineIsWrongAndWhy)
{
    EXPECT_EQ(error(""), "nothing is named");
    EXPECT_EQ(error("lost-range:a\nlost-range"),
              "line 2: 'lost-range' is not property:cause, or that and the id of an exception");
    EXPECT_EQ(error("lost-range:"),
              "line 1: 'lost-range:' is not property:cause, or that and the id of an exception");
    EXPECT_EQ(error("lost:a"), "line 1: 'lost:a' names no property (see hmemfuzz properties)");
    EXPECT_EQ(error("lost-range:a ML-999"),
              "line 1: 'lost-range:a ML-999' names no exception (see hmemfuzz exceptions)");
    EXPECT_EQ(error("lost-range:a ML-4"), "no error");
}

TEST(WantedDeathTest, ATargetGoesOnAfterAllElseAndEndsWithTheLastItem)
{
    constexpr const char *here = "uninitialized-work:cxl_dax_region_driver_register";
    EXPECT_DEATH(loads_dax_cxl(here),
                 "found 2 uninitialized-work:cxl_dax_region_driver_register -\n"
                 "ASSERTION FAILED: uninitialized-work ");
    EXPECT_EXIT(std::_Exit(loads_dax_cxl("lost-range:dax_hmem_init")), ::testing::ExitedWithCode(0),
                "^$");
}

TEST(WantedDeathTest, ATargetRefusesABadList)
{
    EXPECT_EXIT(loads_dax_cxl("lost"), ::testing::ExitedWithCode(2),
                "HMEMFUZZ_WANTED: line 1: 'lost' is not property:cause");
    EXPECT_EXIT(loads_dax_cxl(""), ::testing::ExitedWithCode(2), "HMEMFUZZ_WANTED: nothing is");
}

} // namespace fuzz
