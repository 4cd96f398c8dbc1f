// SPDX-License-Identifier: GPL-2.0-only
// What makes two ends different, and what does not.
#include "run/final_state.hpp"
#include "run/testing.hpp"

namespace run::testing {
namespace {

constexpr const char *one_range = R"(title = "t"
[layout]
soft_reserved = [{ range = "0x850000000-0x94fffffff" }]
windows = [{ name = "window0", range = "0x850000000-0x284fffffff" }]
[[actor]]
name = "admin"
)";

std::uint64_t end_of(const std::string &operations, std::string_view revision_id = "mainline")
{
    Machine machine;
    return final_state(
        machine.run(revision(revision_id), parse(one_range + ("ops = [" + operations + "]\n"))));
}

} // namespace

TEST(FinalState, IsTheSameWhereOnlyTheWayDiffers)
{
    const std::uint64_t loaded = end_of("\"modprobe dax_hmem\"");
    EXPECT_EQ(end_of("\"modprobe dax_hmem\", \"modprobe dax_hmem\""), loaded);
    EXPECT_EQ(end_of("\"slow-probe start\", \"modprobe dax_hmem\", \"slow-probe end\""), loaded);
}

TEST(FinalState, DiffersByModulesDevicesAndOwners)
{
    const std::set<std::uint64_t> ends = {
        end_of("\"modprobe dax_hmem\""),
        end_of("\"modprobe dax_cxl\""),
        end_of("\"modprobe dax_hmem\", \"unbind hmem_platform.0\""),
        end_of("\"modprobe dax_hmem\", \"rmmod dax_hmem\""),
    };
    EXPECT_EQ(ends.size(), 4U);
}

// v7 flushes what was never initialised, v7-static-init does not; else they end alike.
TEST(FinalState, DiffersByTheVerdictAlone)
{
    const scenario::Scenario scenario = regression("v7-2-exit-flush.toml");
    Machine machine;
    const std::uint64_t with = final_state(machine.run(revision("v7"), scenario));
    EXPECT_NE(final_state(machine.run(revision("v7-static-init"), scenario)), with);
    EXPECT_EQ(final_state(machine.run(revision("v7"), scenario)), with);
}

} // namespace run::testing
