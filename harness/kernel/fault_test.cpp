// SPDX-License-Identifier: GPL-2.0-only
// Covers: which fallible call a scenario's fault hits (schedule.hpp, DESIGN "The one idea").
#include "kernel/errno.hpp"
#include "kernel/memregion.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

namespace kernel {
namespace {

class FaultInjection : public KernelTest {
protected:
    // Runs a lambda as a function of the module.
    static void call_in(Word module, Body body)
    {
        const func<void(Body *)> function{[](Body *what) { (*what)(); }, "function", {module, 0}};
        call(FrameKind::init, function, &body);
    }
    // An actor of three allocations by the code under test, noting each result.
    void allocate_three()
    {
        run_actor([this] {
            call_in(Word::dax_hmem, [this] {
                for (int i = 0; i < 3; ++i)
                    note(std::to_string(memregion_alloc()));
            });
        });
    }
};

Fault by_name(std::uint16_t count, Name object = {})
{
    return {.role = actor_role(0), .site = Site::memregion_alloc, .object = object, .count = count};
}

TEST_F(FaultInjection, NamedOneHitsTheNthSuchCallOfItsRoleAndNoOther)
{
    restart({.faults = {by_name(2)}});
    allocate_three();
    EXPECT_EQ(journal(), (Strings{"0", "-12", "1"}));
    EXPECT_TRUE(state_.faults.at(0).fired);
}

TEST_F(FaultInjection, NumberedOneCountsEveryFallibleCall)
{
    restart({.faults = {{.role = actor_role(0), .nth = true, .count = 2}}});
    run_actor([&] {
        call_in(Word::dax_hmem, [&] {
            note(alloc_ordered_workqueue(name_of(Word::dax_hmem_wq)) != nullptr ? "queue" : "");
            note(std::to_string(memregion_alloc()));
            note(std::to_string(memregion_alloc()));
        });
    });
    EXPECT_EQ(journal(), (Strings{"queue", "-12", "0"}));
}

TEST_F(FaultInjection, HitsOnlyItsRole)
{
    restart({.faults = {{.role = actor_role(1), .site = Site::memregion_alloc}}});
    allocate_three();
    EXPECT_EQ(journal(), (Strings{"0", "1", "2"}));
    EXPECT_FALSE(state_.faults.at(0).fired);
}

TEST_F(FaultInjection, HitsOnlyItsObject)
{
    restart({.faults = {by_name(1, name_of(Word::hmem, 0))}});
    allocate_three();
    EXPECT_FALSE(state_.faults.at(0).fired);
}

// What the environment does for itself neither fails nor counts.
TEST_F(FaultInjection, CallsWithoutTheCodeUnderTestOnTheStackNeitherFailNorCount)
{
    restart({.faults = {by_name(1)}});
    run_actor([&] {
        EXPECT_EQ(memregion_alloc(), 0);
        call_in(Word::cxl_acpi, [] { EXPECT_EQ(memregion_alloc(), 1); });
        call_in(Word::dax_cxl, [] { EXPECT_EQ(memregion_alloc(), -ENOMEM); });
    });
    EXPECT_TRUE(state_.faults.at(0).fired);
}

TEST_F(FaultInjection, NothingFailsWhereFaultsAreNotAllowed)
{
    restart({.faults = {by_name(1)}});
    state_.faults_allowed = false;
    allocate_three();
    EXPECT_EQ(journal(), (Strings{"0", "1", "2"}));
}

TEST_F(FaultInjection, TwoAtOneCallAreOneFailureAndBothHaveFired)
{
    restart({.faults = {by_name(1), {.role = actor_role(0), .nth = true, .count = 1}}});
    allocate_three();
    EXPECT_EQ(journal(), (Strings{"-12", "0", "1"}));
    EXPECT_EQ(events(EventKind::fault).size(), 1U);
    EXPECT_EQ(events(EventKind::fault)[0].extra, 1) << "the last of them";
    EXPECT_TRUE(state_.faults.at(0).fired);
    EXPECT_TRUE(state_.faults.at(1).fired);
}

TEST_F(FaultInjection, IsRecordedWithItsSiteAndItsError)
{
    restart({.faults = {by_name(1)}});
    allocate_three();
    const auto faults = events(EventKind::fault);
    ASSERT_EQ(faults.size(), 1U);
    EXPECT_EQ(faults[0].detail, static_cast<std::uint8_t>(Site::memregion_alloc));
    EXPECT_EQ(faults[0].value, -ENOMEM);
}

} // namespace
} // namespace kernel
