// SPDX-License-Identifier: GPL-2.0-only
// Covers: which pairs of locks, work items and waits are recorded, and when. Does not cover: what is made of
// them (run/planted_lock_test.cpp, run/planted_wait_test.cpp).
#include "kernel/lockdep.hpp"

#include "kernel/lock.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <set>
#include <utility>

namespace kernel {
namespace {

constexpr Name outer_name = name_of(Word::hmem_resource_lock);
constexpr Name inner_name = name_of(Word::dax_hmem_lock);

class Lockdep : public KernelTest {
protected:
    // The outer lock, then the other.
    void take(mutex *other)
    {
        const guard_mutex outside(&outer_);
        const guard_mutex inside(other);
    }
    // The same as a function of that name.
    void take_in(const char *function, mutex *other)
    {
        body_ = [this, other] { take(other); };
        call(FrameKind::devres_action, func<void(void *)>{run_body, function, {}},
             static_cast<void *>(&body_));
    }
    // "held, next" of each record.
    Strings orders() const
    {
        Strings all;
        for (const Event &event : events(EventKind::order))
            all.push_back(to_string(event.other) + ", " + to_string(event.object));
        return all;
    }

    mutex outer_{.name = outer_name};
    mutex inner_{.name = inner_name};

private:
    static void run_body(void *body) { (*static_cast<const Body *>(body))(); }

    Body body_;
};

TEST_F(Lockdep, APairOfLocksIsRecordedTheFirstTime)
{
    run_actor([&] {
        take(&inner_);
        take(&inner_);
    });
    run_actor([&] {
        const guard_mutex again(&inner_);
        const guard_mutex other(&outer_);
    });
    EXPECT_EQ(orders(),
              (Strings{"hmem_resource_lock, dax_hmem_lock", "dax_hmem_lock, hmem_resource_lock"}));
    EXPECT_EQ(static_cast<Ordered>(events(EventKind::order).at(0).detail), Ordered::lock);
    EXPECT_EQ(static_cast<Ordered>(events(EventKind::order).at(0).extra), Ordered::lock);
}

// What closes a ring is named by its function, so that each must show.
TEST_F(Lockdep, APairIsRecordedAgainWhereAnotherFunctionMakesIt)
{
    run_actor([&] {
        for (const char *function : {"first", "first", "second", "second"})
            take_in(function, &inner_);
    });
    const std::vector<Event> all = events(EventKind::order);
    ASSERT_EQ(all.size(), 2U);
    EXPECT_STREQ(all[0].function, "first");
    EXPECT_STREQ(all[1].function, "second");
}

TEST_F(Lockdep, ALockThatIsTakenAloneOrAfterAnotherWasReleasedLeavesNoRecord)
{
    run_actor([&] {
        mutex_lock(&outer_);
        mutex_unlock(&outer_);
        mutex_lock(&inner_);
        mutex_unlock(&inner_);
    });
    EXPECT_EQ(orders(), Strings{});
}

TEST_F(Lockdep, WhatAnotherTaskHoldsMakesNoPair)
{
    Gate gate;
    add_actor([&] {
        const guard_mutex outside(&outer_);
        gate.pass();
    });
    add_actor([&] { const guard_mutex inside(&inner_); });
    run();
    EXPECT_EQ(orders(), Strings{});
    run_actor([&] { gate.open(); });
}

TEST_F(Lockdep, RootDecodersLocksAreOneAndDeviceLocksAreNot)
{
    mutex decoders[] = {{.name = name_of(Word::root_decoder, 0)},
                        {.name = name_of(Word::root_decoder, 1)}};
    device devices[2];
    run_actor([&] {
        for (int i = 0; i < 2; ++i) {
            take(&decoders[i]);
            device_initialize(&devices[i], name_of(Word::hmem, i));
            take(&devices[i].lock);
        }
    });
    EXPECT_EQ(orders(), (Strings{"hmem_resource_lock, root_decoder0", "hmem_resource_lock, hmem.0",
                                 "hmem_resource_lock, hmem.1"}));
    EXPECT_EQ(static_cast<Ordered>(events(EventKind::order).at(1).detail), Ordered::device_lock);
}

TEST_F(Lockdep, AnAttemptCountsThoughTheLockIsNeverTaken)
{
    Gate gate;
    add_actor([&] {
        const guard_mutex inside(&inner_);
        gate.pass();
    });
    add_actor([&] { take(&inner_); });
    run();
    EXPECT_FALSE(ended());
    EXPECT_EQ(orders(), Strings{"hmem_resource_lock, dax_hmem_lock"});
    run_actor([&] { gate.open(); });
}

TEST_F(Lockdep, EachWaitIsRecordedWithAllThatIsHeldOutermostFirst)
{
    TestWork work(Word::resolution);
    work.initialised();
    run_actor([&] {
        const guard_mutex outside(&outer_);
        const guard_mutex inside(&inner_);
        for (int i = 0; i < 2; ++i)
            flush_work(&work);
    });
    EXPECT_EQ(orders(), (Strings{"hmem_resource_lock, dax_hmem_lock",
                                 "hmem_resource_lock, resolution", "dax_hmem_lock, resolution",
                                 "hmem_resource_lock, resolution", "dax_hmem_lock, resolution"}));
}

TEST_F(Lockdep, AWorkerHoldsItsQueueAndItsItemUntilTheFunctionReturns)
{
    TestWork work(Word::resolution, [&] { const guard_mutex lock(&inner_); });
    work.initialised();
    run_actor([&] { schedule_work(&work); });
    EXPECT_EQ(orders(), (Strings{"system_wq, resolution", "system_wq, dax_hmem_lock",
                                 "resolution, dax_hmem_lock"}));
}

TEST_F(Lockdep, AnAsynchronousProbeIsOneOfTheProbes)
{
    TestDriver driver(Word::test, [&](device *) {
        const guard_mutex lock(&inner_);
        return 0;
    });
    driver.asynchronous();
    run_actor([&] {
        add_device(Word::test, 1);
        driver_register(&driver);
    });
    EXPECT_EQ(orders(), (Strings{"-, test.1", "test.1, dax_hmem_lock", "-, dax_hmem_lock"}));
    EXPECT_EQ(static_cast<Ordered>(events(EventKind::order).at(0).extra), Ordered::probes);
}

constexpr RecordSet innermost_only = {Orders::innermost};

TEST_F(Lockdep, WhereOnlyTheInnermostAreReadAWorkerAndAProbeStillCount)
{
    state().recorded = &innermost_only;
    TestWork work(Word::resolution, [&] { take(&inner_); });
    work.initialised();
    run_actor([&] { schedule_work(&work); });
    EXPECT_EQ(orders(),
              (Strings{"system_wq, resolution", "resolution, hmem_resource_lock",
                       "resolution, dax_hmem_lock", "hmem_resource_lock, dax_hmem_lock"}));
}

TEST_F(Lockdep, WhereOnlyTheInnermostAreReadAProbeCountsBesideThem)
{
    state().recorded = &innermost_only;
    TestDriver driver(Word::test, [&](device *) {
        take(&inner_);
        return 0;
    });
    driver.asynchronous();
    run_actor([&] {
        add_device(Word::test, 1);
        driver_register(&driver);
    });
    EXPECT_EQ(orders(), (Strings{"-, test.1", "test.1, hmem_resource_lock", "-, hmem_resource_lock",
                                 "hmem_resource_lock, dax_hmem_lock", "-, dax_hmem_lock"}));
}

// Locks are released in any order.
TEST_F(Lockdep, TheOtherPairsFollowFromTheInnermostOnes)
{
    constexpr std::size_t locks = 8;
    using Pairs = std::set<std::pair<int, int>>;
    const auto pairs = [this](unsigned seed, const RecordSet &recorded) {
        state().recorded = &recorded;
        state().lock_orders.forget();
        const std::size_t before = events(EventKind::order).size();
        run_actor([seed] {
            std::array<mutex, locks> all;
            for (std::size_t i = 0; i < locks; ++i)
                all[i] = {name_of(Word::test, static_cast<int>(i)), Point::device_lock, -1};
            std::mt19937 random(seed);
            for (int i = 0; i < 30; ++i) {
                mutex &lock = all[random() % locks];
                lock.owner < 0 ? mutex_lock(&lock) : mutex_unlock(&lock);
            }
            for (mutex &lock : all)
                if (lock.owner >= 0)
                    mutex_unlock(&lock);
        });
        Pairs found;
        const std::vector<Event> orders = events(EventKind::order);
        for (std::size_t i = before; i < orders.size(); ++i)
            found.emplace(orders[i].other.number, orders[i].object.number);
        return found;
    };
    std::size_t fewer = 0;
    for (unsigned seed = 0; seed < 50; ++seed) {
        const Pairs all = pairs(seed, all_records);
        Pairs few = pairs(seed, innermost_only);
        fewer += all.size() - few.size();
        for (int via = 0; via < static_cast<int>(locks); ++via) // what follows
            for (int from = 0; from < static_cast<int>(locks); ++from)
                for (int to = 0; to < static_cast<int>(locks); ++to)
                    if (few.contains({from, via}) && few.contains({via, to}))
                        few.emplace(from, to);
        for (const auto &[from, to] : all)
            EXPECT_TRUE(few.contains({from, to})) << seed << ": " << from << ", " << to;
    }
    EXPECT_GT(fewer, 100U);
}

TEST(LockOrders, WhatDoesNotFitIsNewEachTimeAndARunForgetsAll)
{
    LockOrders orders;
    constexpr int many = 1000;
    int fit = 0;
    for (const bool again : {false, true})
        for (int i = 0; i < many; ++i) {
            const bool fresh = orders.add(outer_name, name_of(Word::hmem, i), "f");
            EXPECT_TRUE(fresh || again);
            fit += fresh ? 0 : 1;
        }
    EXPECT_GT(fit, 0);
    EXPECT_LT(fit, many);
    orders.forget();
    for (int i = 0; i < many; ++i)
        EXPECT_TRUE(orders.add(outer_name, name_of(Word::hmem, i), "f"));
}

} // namespace
} // namespace kernel
