// SPDX-License-Identifier: GPL-2.0-only
#include "run/machine.hpp"

#include "drivers/test_module.hpp"
#include "kernel/bounds.hpp"
#include "kernel/kernel.hpp"
#include "properties/exceptions.hpp"
#include "run/boot.hpp"
#include "run/final_state.hpp"
#include "run/operations.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace run {

using namespace kernel;

namespace {

struct Boot {
    const drivers::Revision *revision;
    const scenario::Layout *layout;
};

void boot_main(void *argument)
{
    const auto *self = static_cast<const Boot *>(argument);
    boot(*self->revision, *self->layout);
}

void actor_main(void *argument)
{
    keeps_to({}); // up to its first operation
    for (const scenario::Operation &operation :
         static_cast<const scenario::Actor *>(argument)->operations)
        execute(operation);
}

// A device that sysfs can unbind from one of the module's drivers.
const device *bound_device(Word owner)
{
    for (const bus_type *bus : {&state().platform_bus, &state().pci_bus})
        for (const device *dev : bus->devices)
            if (dev->bound && dev->driver->owner == owner && dev->driver->bind_files)
                return dev;
    return nullptr;
}

// Unloads what is loaded: users before providers. What is built in stays; its devices are unbound, so
// that what is left of them shows as a leak all the same. The second device is taken away.
void epilogue_main(void *)
{
    for (const Word name :
         {Word::dax_cxl, Word::dax_hmem, Word::dax_ko, Word::cxl_pci, Word::cxl_acpi}) {
        if (is_built_in(name))
            while (const device *dev = bound_device(name))
                execute({scenario::OperationCode::unbind, dev->name});
        else if (module_live(name))
            execute({scenario::OperationCode::rmmod, name_of(name)});
    }
    if (module_live(Word::cxl_test) && drivers::hmem_test_loaded())
        execute({scenario::OperationCode::del, name_of(Word::hmem_platform, 1)});
}

void enter(State &self, Phase phase)
{
    record(EventKind::phase, {}, static_cast<std::int32_t>(phase));
    const bool choices = phase != Phase::epilogue && phase != Phase::end;
    self.scheduler.allow_switches(choices);
    self.faults_allowed = choices;
}

// Runs until nothing can go on; what is blocked for good then is a deadlock.
void run_to_rest(State &self)
{
    self.scheduler.run();
    // An actor that waited for the probe may go on to start another.
    while (self.unrelated_probe && !self.scheduler.stopped()) {
        record(EventKind::operation_done, name_of(Word::slow)).detail =
            static_cast<std::uint8_t>(scenario::OperationCode::slow_probe_end);
        unrelated_probe_end();
        self.scheduler.run();
    }
    if (!self.scheduler.stopped() && !self.scheduler.alive().empty())
        self.scheduler.report_deadlock();
}

void note(const Options &options, Stage stage)
{
    if (options.entered != nullptr)
        options.entered(stage);
}

void run_phases(State &self, const drivers::Revision &revision, const scenario::Scenario &scenario,
                const Options &options)
{
    note(options, Stage::boot);
    enter(self, Phase::boot);
    Boot boot{&revision, &scenario.layout};
    self.scheduler.create(role_of(Word::boot), boot_main, &boot);
    self.scheduler.run();
    if (self.scheduler.stopped())
        return;

    note(options, Stage::actors);
    enter(self, Phase::actors);
    for (std::size_t i = 0; i < scenario.actors.size(); ++i)
        self.scheduler.create(actor_role(static_cast<int>(i)), actor_main,
                              const_cast<scenario::Actor *>(&scenario.actors[i]));
    self.scheduler.run();
    if (self.scheduler.stopped())
        return;

    note(options, Stage::rest);
    enter(self, Phase::rest);
    run_to_rest(self);
    if (self.scheduler.stopped())
        return;

    note(options, Stage::epilogue);
    enter(self, Phase::epilogue);
    self.scheduler.create(role_of(Word::epilogue), epilogue_main, nullptr);
    run_to_rest(self);
    if (self.scheduler.stopped())
        return;
    keep_what_is_built_in();
    enter(self, Phase::end);
}

std::uint64_t steps_max(const scenario::Scenario &scenario)
{
    std::size_t operations = 5; // the epilogue's
    for (const scenario::Actor &actor : scenario.actors)
        operations += actor.operations.size();
    const scenario::Layout &layout = scenario.layout;
    return bounds::steps_max(operations, layout.soft_reserved.size() + layout.hmat.size() +
                                             layout.windows.size() + layout.regions.size());
}

} // namespace

bool Result::all_faults_fired() const
{
    return std::all_of(fault_fired.begin(), fault_fired.end(), [](bool fired) { return fired; });
}

namespace {

// One that is neither accepted nor open.
bool shows_violation(const Result &result, const scenario::Scenario &scenario)
{
    if (result.verdict.empty())
        return false;
    const auto findings = properties::findings(result.verdict, {scenario, result.events});
    return std::any_of(findings.begin(), findings.end(), [](const properties::Finding &finding) {
        return finding.judgement.status == properties::Status::violation;
    });
}

// `enough`: for every run; otherwise for most.
const kernel::RecordSet &records_of(Recording recording, bool enough)
{
    static const kernel::RecordSet ends[] = {properties::usually_judged_records() |
                                                 final_state_records(),
                                             properties::judged_records() | final_state_records()};
    switch (recording) {
    case Recording::everything:
        return kernel::all_records;
    case Recording::judged:
    case Recording::if_found:
        return enough ? properties::judged_records() : properties::usually_judged_records();
    case Recording::ends:
        return ends[enough ? 1 : 0];
    }
    return kernel::all_records;
}

} // namespace

Machine::Machine() : state_(std::make_unique<State>()) {}
Machine::~Machine() = default;

Result Machine::run(const drivers::Revision &revision, const scenario::Scenario &scenario,
                    Options options)
{
    const bool twice_if_found = options.recording == Recording::if_found;
    HARNESS_ASSERT(!twice_if_found || options.director == nullptr);
    // What a director decided cannot be repeated.
    const bool enough = options.director != nullptr;
    std::optional<Result> result =
        run_once(revision, scenario, options, records_of(options.recording, enough));
    if (result && !(twice_if_found && shows_violation(*result, scenario)))
        return *std::move(result);
    return *run_once(revision, scenario, options,
                     twice_if_found ? kernel::all_records : records_of(options.recording, true));
}

// Nothing, if the records are too few to judge the run by.
std::optional<Result> Machine::run_once(const drivers::Revision &revision,
                                        const scenario::Scenario &scenario, const Options &options,
                                        const kernel::RecordSet &recorded)
{
    State &self = *state_;
    const CurrentState current(self);
    note(options, Stage::begin);
    self.begin(options.memory, scenario.switches, scenario.faults, steps_max(scenario),
               options.place);
    self.recorded = &recorded;
    if (options.choices != nullptr)
        options.choices->clear();
    self.scheduler.watch(options.choices);
    self.scheduler.direct(options.director);
    run_phases(self, revision, scenario, options);

    Result result{self.events, self.scheduler.roles(), {}, {}, {}, self.unmodelled, false};
    for (const FaultState &fault : self.faults)
        result.fault_fired.push_back(fault.fired);
    result.completed = !self.scheduler.stopped();
    result.configurable = self.configurable;
    result.steps = self.scheduler.steps();
    note(options, Stage::judge);
    const bool judged =
        options.memory != Memory::judged || self.unmodelled != nullptr ||
        properties::judge(revision.intent, self, result.verdict, result.unowned, options.reading);
    note(options, Stage::end);
    self.end();
    note(options, Stage::done);
    return judged ? std::optional(std::move(result)) : std::nullopt;
}

} // namespace run
