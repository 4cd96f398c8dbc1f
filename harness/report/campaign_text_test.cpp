// SPDX-License-Identifier: GPL-2.0-only
// The text of a campaign: what was reached is counted, what was not is named.
#include "report/campaign_text.hpp"

#include <gtest/gtest.h>

namespace report {
namespace {

bool has(const std::string &text, std::string_view part) { return text.find(part) != text.npos; }

template <class Numbers> void fill(Numbers &numbers)
{
    std::fill(numbers.begin(), numbers.end(), 1u);
}

run::Campaign whole_campaign()
{
    run::Campaign campaign;
    campaign.runs = 7;
    for (auto &states : campaign.operations)
        fill(states);
    fill(campaign.points);
    fill(campaign.sites);
    fill(campaign.properties);
    fill(campaign.exceptions);
    return campaign;
}

TEST(CampaignText, NamesNothingWhereAllWasReached)
{
    const std::string text = campaign_text(whole_campaign());
    EXPECT_FALSE(has(text, "never")) << text;
    EXPECT_TRUE(has(text, "operations and owners: 72 of 72 pairs\n")) << text;
    EXPECT_TRUE(text.ends_with("\n7 runs\n")) << text;
}

TEST(CampaignText, NamesWhatWasNeverReached)
{
    run::Campaign campaign = whole_campaign();
    campaign.without_verdict = 2;
    campaign.operations[static_cast<std::size_t>(scenario::OperationCode::rmmod)]
                       [static_cast<std::size_t>(run::Ownership::deferred)] = 0;
    campaign.points[static_cast<std::size_t>(kernel::Point::text_free)] = 0;
    campaign.points[static_cast<std::size_t>(kernel::Point::async_sync)] = 0;
    campaign.sites[static_cast<std::size_t>(kernel::Site::alloc_workqueue)] = 0;
    campaign.properties[static_cast<std::size_t>(properties::Property::deadlock)] = 0;
    campaign.exceptions[0] = 0;
    const std::string text = campaign_text(campaign);
    EXPECT_TRUE(has(text, "operation         no range  nobody  deferred  HMEM  CXL  both\n"
                          "modprobe          1         1       1         1     1    1\n"
                          "insmod            1         1       1         1     1    1\n"
                          "rmmod             1         1       never     1     1    1\n"))
        << text;
    EXPECT_TRUE(has(text, "operations and owners: 71 of 72 pairs\n")) << text;
    EXPECT_TRUE(has(text, "points passed: 30 of 32, never async_sync, text_free\n")) << text;
    EXPECT_TRUE(has(text, ", never alloc_workqueue\n")) << text;
    EXPECT_TRUE(has(text, ", never deadlock\n")) << text;
    EXPECT_TRUE(has(text, ", never ML-8\n")) << text;
    EXPECT_TRUE(text.ends_with("\n7 runs, 2 of them without a verdict\n")) << text;
}

} // namespace
} // namespace report
