// SPDX-License-Identifier: GPL-2.0-only
// Covers: life of a module from its load to its text's end, symbol dependencies, request_module
// (KERNEL.md section 3).
#include "kernel/module.hpp"

#include "kernel/errno.hpp"
#include "kernel/object.hpp"
#include "kernel/testing.hpp"

#include <gtest/gtest.h>

#include <array>

namespace kernel {
namespace {

// What a module's functions do: the test that runs now says it.
struct Script {
    std::function<int()> init;
    Body exit;
};

struct Data {
    int value;
};

constexpr Word provider = Word::dax_hmem;
constexpr Word user = Word::dax_cxl;
constexpr std::array user_links = {provider};

thread_local std::array<Script, static_cast<std::size_t>(Word::count_)> scripts;

Script &script_of(Word name) { return scripts[static_cast<std::size_t>(name)]; }

template <Word name> int module_init()
{
    const auto &init = script_of(name).init;
    return init ? init() : 0;
}

template <Word name> void module_exit()
{
    if (const Body &exit = script_of(name).exit)
        exit();
}

template <Word name> void *module_new_data() { return new_object<Data>(name_of(name)); }

template <Word name> constexpr module_info info_of(std::span<const Word> links = {})
{
    return {.name = name,
            .init = module_init<name>,
            .init_name = "module_init",
            .exit = module_exit<name>,
            .exit_name = "module_exit",
            .new_data = module_new_data<name>,
            .providers = links};
}

constexpr module_info provider_info = info_of<provider>();
constexpr module_info user_info = info_of<user>(user_links);
constexpr module_info softly_linked_info = [] {
    module_info info = info_of<user>();
    info.soft_providers = user_links;
    return info;
}();

class Module : public KernelTest {
protected:
    Module() { install(); }

    void install()
    {
        scripts = {};
        install_module(&provider_info);
        install_module(&user_info);
    }
    static module_state state_of(Word name)
    {
        return state().modules[static_cast<std::size_t>(name)].state;
    }
    // States the module went through, in order.
    std::vector<module_state> states(Word name) const
    {
        std::vector<module_state> found;
        for (const Event &event : events(EventKind::module_state, name_of(name)))
            found.push_back(static_cast<module_state>(event.value));
        return found;
    }
    void load(Word name)
    {
        run_actor([name] { EXPECT_EQ(modprobe(name), 0); });
        ASSERT_TRUE(module_live(name));
    }

    Gate gate_;
};

// ---------------------------------------------------------------- states

TEST_F(Module, InitRunsInComingAndExitInGoing)
{
    script_of(provider).init = [] {
        EXPECT_EQ(state_of(provider), module_state::coming);
        return 0;
    };
    script_of(provider).exit = [] { EXPECT_EQ(state_of(provider), module_state::going); };
    run_actor([] {
        EXPECT_EQ(insmod(provider), 0);
        EXPECT_EQ(state_of(provider), module_state::live);
        EXPECT_EQ(rmmod(provider), 0);
    });
    EXPECT_EQ(states(provider), (std::vector{module_state::coming, module_state::live,
                                             module_state::going, module_state::freed}));
    EXPECT_TRUE(state_.objects.survivors().empty());
}

// "<0: GOING, exit is not called, text/data freed."
TEST_F(Module, FailingInitFreesTextAndDataAndExitIsNotCalled)
{
    script_of(provider).init = [] { return -ENOMEM; };
    script_of(provider).exit = [] { ADD_FAILURE() << "exit is called"; };
    run_actor([] { EXPECT_EQ(insmod(provider), -ENOMEM); });
    EXPECT_EQ(states(provider),
              (std::vector{module_state::coming, module_state::going, module_state::freed}));
    EXPECT_TRUE(state_.objects.survivors().empty());
    EXPECT_TRUE(ended());
}

// ">0: warning, loaded."
TEST_F(Module, InitReturningAPositiveNumberIsLoadedAllTheSame)
{
    script_of(provider).init = [] { return 1; };
    run_actor([] { EXPECT_EQ(insmod(provider), 0); });
    EXPECT_TRUE(module_live(provider));
    EXPECT_EQ(events(EventKind::message, name_of(provider)).size(), 1U);
}

TEST_F(Module, CanBeLoadedAgainAfterAFailedInit)
{
    int result = -ENOMEM;
    script_of(provider).init = [&] { return result; };
    run_actor([&] {
        EXPECT_EQ(modprobe(provider), -ENOMEM);
        result = 0;
        EXPECT_EQ(modprobe(provider), 0);
    });
    EXPECT_TRUE(module_live(provider));
}

TEST_F(Module, StaticDataAreFreshAtEachLoad)
{
    script_of(provider).init = [] {
        EXPECT_EQ(static_data<Data>(provider).value, 0);
        static_data<Data>(provider).value = 7;
        return 0;
    };
    run_actor([] {
        insmod(provider);
        EXPECT_EQ(static_data<Data>(provider).value, 7);
        rmmod(provider);
        insmod(provider);
    });
    EXPECT_TRUE(ended());
}

TEST_F(Module, SecondLoadIsRefusedByInsmodAndFineForModprobe)
{
    load(provider);
    run_actor([] {
        EXPECT_EQ(insmod(provider), -EEXIST);
        EXPECT_EQ(modprobe(provider), 0);
    });
    EXPECT_EQ(states(provider).size(), 2U);
}

TEST_F(Module, UnknownOneIsNoEntry)
{
    run_actor([] {
        EXPECT_EQ(insmod(Word::cxl_pci), -ENOENT);
        EXPECT_EQ(modprobe(Word::cxl_pci), -ENOENT);
        EXPECT_EQ(rmmod(Word::cxl_pci), -ENOENT);
        EXPECT_EQ(rmmod(provider), -ENOENT) << "known, but not loaded";
        request_module(Word::cxl_pci);
    });
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- symbols

// "Unknown symbol", dax_cxl does not load.
TEST_F(Module, InsmodWithoutTheProviderFails)
{
    run_actor([] { EXPECT_EQ(insmod(user), -ENOENT); });
    EXPECT_TRUE(states(user).empty());
}

TEST_F(Module, ModprobeLoadsTheProviderFirst)
{
    run_actor([] { EXPECT_EQ(modprobe(user), 0); });
    const auto states = events(EventKind::module_state);
    ASSERT_EQ(states.size(), 4U);
    EXPECT_EQ(states[1].object, name_of(provider));
    EXPECT_EQ(states[1].value, static_cast<int>(module_state::live));
    EXPECT_EQ(states[2].object, name_of(user));
}

TEST_F(Module, ModprobeFailsWhereTheProvidersInitFails)
{
    script_of(provider).init = [] { return -ENODEV; };
    run_actor([] { EXPECT_EQ(modprobe(user), -ENODEV); });
    EXPECT_TRUE(states(user).empty());
}

TEST_F(Module, UserPinsItsProviderUntilItIsGone)
{
    load(user);
    run_actor([] {
        EXPECT_EQ(rmmod(provider), -EWOULDBLOCK);
        EXPECT_EQ(rmmod(user), 0);
        EXPECT_EQ(rmmod(provider), 0);
    });
    EXPECT_TRUE(state_.objects.survivors().empty());
}

TEST_F(Module, UserWhoseInitFailedPinsNothing)
{
    script_of(user).init = [] { return -ENODEV; };
    run_actor([] { EXPECT_EQ(modprobe(user), -ENODEV); });
    run_actor([] { EXPECT_EQ(rmmod(provider), 0); });
}

TEST_F(Module, UserWaitsForAProviderThatIsComing)
{
    script_of(provider).init = [&] {
        gate_.pass();
        return 0;
    };
    add_actor([] { insmod(provider); });
    add_actor([&] {
        EXPECT_EQ(insmod(user), 0);
        note("loaded");
    });
    run();
    EXPECT_TRUE(journal().empty());
    run_actor([&] { gate_.open(); });
    EXPECT_EQ(journal(), Strings{"loaded"});
    EXPECT_TRUE(ended());
}

TEST_F(Module, UserOfAComingProviderWhoseInitThenFailsDoesNotLoad)
{
    script_of(provider).init = [&] {
        gate_.pass();
        return -ENOMEM;
    };
    add_actor([] { insmod(provider); });
    add_actor([] { EXPECT_EQ(insmod(user), -ENOENT); });
    run();
    run_actor([&] { gate_.open(); });
    EXPECT_TRUE(states(user).empty());
    EXPECT_TRUE(ended());
}

// What changes at the point before GOING is looked at again: check and change are one step.
TEST_F(Module, RmmodIsRefusedWhereAUserCameAtThePointBeforeIt)
{
    restart({.switches = {switch_before(actor_role(1), Point::module_going, name_of(provider),
                                        actor_role(2))}});
    install();
    load(provider);
    add_actor([] { EXPECT_EQ(rmmod(provider), -EWOULDBLOCK); });
    add_actor([] { EXPECT_EQ(insmod(user), 0); });
    run();
    EXPECT_TRUE(module_live(provider));
    EXPECT_TRUE(ended());
}

TEST_F(Module, RmmodWhileComingOrGoingIsBusy)
{
    script_of(provider).init = [&] {
        note("init");
        gate_.pass();
        return 0;
    };
    Gate exit_gate;
    script_of(provider).exit = [&] { exit_gate.pass(); };
    run_actor([] { insmod(provider); });
    run_actor([] { EXPECT_EQ(rmmod(provider), -EBUSY) << "coming"; });
    run_actor([&] { gate_.open(); });
    run_actor([] { EXPECT_EQ(rmmod(provider), 0); });
    run_actor([] { EXPECT_EQ(rmmod(provider), -EBUSY) << "going"; });
    run_actor([&] { exit_gate.open(); });
    EXPECT_TRUE(ended());
}

// ---------------------------------------------------------------- text that is gone

// "No module reference is held for ... queued work: exit must end both."
TEST_F(Module, PendingWorkAtTheEndOfItsTextStopsTheRun)
{
    TestWork work(Word::resolution, [] {});
    script_of(provider).init = [&] {
        INIT_WORK(&work, TestWork::function(provider));
        return 0;
    };
    script_of(provider).exit = [&] { queue_work(system_long_wq, &work); };
    run_actor([] {
        insmod(provider);
        rmmod(provider);
    });
    EXPECT_EQ(misuses(), Misuses{Misuse::work_text_gone});
    EXPECT_EQ(events(EventKind::misuse).at(0).object, name_of(Word::resolution));
}

TEST_F(Module, RunningWorkAtTheEndOfItsTextStopsTheRun)
{
    TestWork work(Word::resolution, [&] { gate_.pass(); });
    script_of(provider).init = [&] {
        INIT_WORK(&work, TestWork::function(provider));
        queue_work(system_long_wq, &work);
        return 0;
    };
    run_actor([] { insmod(provider); });
    run_actor([] { rmmod(provider); });
    EXPECT_EQ(misuses(), Misuses{Misuse::work_text_gone});
}

TEST_F(Module, WorkQueuedByAnInitThatFailedStopsTheRun)
{
    TestWork work(Word::resolution, [] {});
    script_of(provider).init = [&] {
        INIT_WORK(&work, TestWork::function(provider));
        queue_work(system_long_wq, &work);
        return -ENOMEM;
    };
    run_actor([] { insmod(provider); });
    EXPECT_EQ(misuses(), Misuses{Misuse::work_text_gone});
}

TEST_F(Module, WorkThatExitFlushedDoesNotMatter)
{
    TestWork work(Word::resolution, [] {});
    script_of(provider).init = [&] {
        INIT_WORK(&work, TestWork::function(provider));
        queue_work(system_long_wq, &work);
        return 0;
    };
    script_of(provider).exit = [&] { flush_work(&work); };
    run_actor([] {
        insmod(provider);
        EXPECT_EQ(rmmod(provider), 0);
    });
    EXPECT_TRUE(misuses().empty());
    EXPECT_TRUE(ended());
}

TEST_F(Module, CallIntoAFreedTextStopsTheRunAlsoOnceTheModuleIsLoadedAgain)
{
    for (const bool reload : {false, true}) {
        restart();
        install();
        run_actor([reload] {
            insmod(provider);
            const auto stale = make_func(+[] {}, "stale", provider);
            rmmod(provider);
            if (reload)
                insmod(provider);
            call(FrameKind::devres_action, stale);
        });
        EXPECT_EQ(misuses(), Misuses{Misuse::text_gone});
        EXPECT_STREQ(events(EventKind::misuse).at(0).function, "stale");
    }
}

TEST_F(Module, TaskInsideAFreedTextStopsTheRun)
{
    run_actor([&] {
        insmod(provider);
        const func<void(void *)> inside{[](void *gate) { static_cast<Gate *>(gate)->pass(); },
                                        "inside", text_of(provider)};
        call(FrameKind::remove, inside, &gate_);
    });
    run_actor([] { rmmod(provider); });
    EXPECT_EQ(misuses(), Misuses{Misuse::text_gone});
    EXPECT_STREQ(events(EventKind::misuse).at(0).function, "inside");
}

// ---------------------------------------------------------------- soft dependencies

TEST_F(Module, ModprobeLoadsASoftDependencyFirstAndHoldsNothingOfIt)
{
    install_module(&softly_linked_info);
    script_of(user).init = [] {
        EXPECT_TRUE(module_live(provider));
        return 0;
    };
    run_actor([] {
        EXPECT_EQ(modprobe(user), 0);
        EXPECT_EQ(rmmod(provider), 0);
    });
    EXPECT_TRUE(module_live(user));
}

TEST_F(Module, ModprobeGoesOnWithoutASoftDependencyThatFails)
{
    install_module(&softly_linked_info);
    script_of(provider).init = [] { return -ENOMEM; };
    run_actor([] { EXPECT_EQ(modprobe(user), 0); });
    EXPECT_TRUE(module_live(user));
    EXPECT_FALSE(module_live(provider));
}

TEST_F(Module, ModprobeLoadsAModuleOnceThatIsItsOwnSoftDependency)
{
    static constexpr std::array itself = {user};
    static constexpr module_info info = [] {
        module_info self = info_of<user>();
        self.soft_providers = itself;
        return self;
    }();
    install_module(&info);
    run_actor([] { EXPECT_EQ(modprobe(user), 0); });
    EXPECT_EQ(states(user), (std::vector{module_state::coming, module_state::live}));
}

// The first one asked for comes last.
TEST_F(Module, ModprobeLoadsBothOfTwoThatAreEachOthersSoftDependencies)
{
    static constexpr std::array back = {user};
    static constexpr module_info other = [] {
        module_info self = info_of<provider>();
        self.soft_providers = back;
        return self;
    }();
    install_module(&softly_linked_info);
    install_module(&other);
    script_of(provider).init = [] {
        EXPECT_FALSE(module_live(user));
        return 0;
    };
    run_actor([] { EXPECT_EQ(modprobe(user), 0); });
    EXPECT_TRUE(module_live(user));
    EXPECT_TRUE(module_live(provider));
}

// A symbol cannot come from a module that is not there yet.
TEST_F(Module, ModprobeFailsWhereTwoModulesLinkAgainstEachOther)
{
    static constexpr std::array back = {user};
    static constexpr module_info other = info_of<provider>(back);
    install_module(&other);
    run_actor([] { EXPECT_EQ(modprobe(user), -ENOENT); });
    EXPECT_FALSE(module_live(user));
    EXPECT_FALSE(module_live(provider));
}

TEST_F(Module, InsmodKnowsNoSoftDependencies)
{
    install_module(&softly_linked_info);
    run_actor([] { EXPECT_EQ(insmod(user), 0); });
    EXPECT_TRUE(module_live(user));
    EXPECT_FALSE(module_live(provider));
}

} // namespace
} // namespace kernel
