// SPDX-License-Identifier: GPL-2.0-only
// Decodes the wire form, in one pass over the bytes and one over what came of them; see wire.hpp.
//
// Fuzzers call this for every input: a vector is allocated when its first item comes, mostly once.
#include "scenario/wire.hpp"
#include "scenario/wire_format.hpp"

#include <algorithm>
#include <utility>

namespace scenario {
namespace {

using namespace wire;
using kernel::Name;
using kernel::Role;

// Room made for the first item: usually for all, and few enough bytes for malloc's fast path.
constexpr std::size_t reserved_items = 16;

// Ignores what exceeds the limit.
template <typename Item> void push(std::vector<Item> &items, std::size_t limit, Item item)
{
    if (items.size() >= limit)
        return;
    if (items.capacity() == 0)
        items.reserve(std::min(limit, reserved_items));
    items.push_back(std::move(item));
}

// The number if no item has it, else the lowest that none has. Call with fewer items than numbers.
template <typename Item> std::int16_t free_number(const std::vector<Item> &items, unsigned number)
{
    unsigned taken = 0;
    for (const Item &item : items)
        taken |= 1u << item.number;
    if ((taken >> number & 1u) == 0)
        return static_cast<std::int16_t>(number);
    for (number = 0; (taken >> number & 1u) != 0;)
        ++number;
    return static_cast<std::int16_t>(number);
}

// Reads records; what refers to the whole scenario stays raw until resolve() has seen it.
class Decoder {
public:
    // Replaces what `target` is, and keeps its lists' room.
    Decoder(std::span<const std::uint8_t> bytes, Scenario &target)
        : scenario(target), next(bytes.data()),
          end(bytes.data() + std::min(bytes.size(), bounds::wire_bytes_max))
    {}

    void decode(RevisionIds revision_ids);

private:
    Scenario &scenario;
    std::size_t actors = 0; // of the scenario; behind these lie some of what it was
    const std::uint8_t *next;
    const std::uint8_t *end;

    unsigned byte() { return next == end ? 0 : *next++; }
    std::uint64_t number(int size);
    Range grid();
    Range exact();
    unsigned count();
    Name name_with(Word word);
    Role role();

    void forget();
    void record(Kind kind);
    MemoryRange memory(bool is_exact);
    void window(bool is_exact);
    void region(bool is_exact);
    void config(bool is_wide);
    void actor();
    void operation(Operation item);
    void named_switch();
    void named_fault();

    void resolve();
    bool resolve(Operation &operation) const;
    bool resolve(Role &role) const;
};

std::uint64_t Decoder::number(int size)
{
    std::uint64_t value = 0;
    for (int i = 0; i < size; ++i)
        value |= std::uint64_t{byte()} << (8 * i);
    return value;
}

Range Decoder::grid()
{
    const std::uint64_t start = grid_base + byte() % grid_starts * grid_step;
    const std::uint64_t length = (1 + byte() % grid_lengths) * grid_step;
    const unsigned nudge = byte();
    return {start + nudges[nudge & 15], start + length - 1 + nudges[nudge >> 4]};
}

Range Decoder::exact()
{
    const std::uint64_t start = number(8);
    const std::uint64_t last = number(8);
    return {std::min(start, last), std::max(start, last)};
}

unsigned Decoder::count()
{
    const unsigned narrow = byte();
    const auto wide = static_cast<unsigned>(number(2));
    if (narrow == count_wide)
        return wide % count_values + 1;
    return (narrow < count_narrow ? narrow : narrow % 4) + 1;
}

// The rest of a name, after its first byte.
Name Decoder::name_with(Word word)
{
    const auto raw = static_cast<int>(number(2));
    const auto part = static_cast<int>(byte());
    if (!is_numbered(word) || raw >= static_cast<int>(without_number))
        return kernel::name_of(word);
    return kernel::name_of(word, raw <= name_number_max ? raw : raw % 4,
                           word == Word::dax ? part : 0);
}

// An actor's index stays raw.
Role Decoder::role()
{
    const Word kind = role_kinds[byte() % role_kinds.size()];
    const unsigned first = byte();
    const Word word = kind == Word::probe ? probe_words[first % probe_words.size()] : Word::none;
    Name name = name_with(word);
    if (kind == Word::actor)
        return kernel::actor_role(static_cast<int>(first));
    if (kind == Word::modprobe)
        name = kernel::name_of(modules[first % modules.size()]);
    else if (is_numbered(word) && name.number < 0)
        name.number = 0; // one device is probed, not the kind
    return kernel::role_of(kind, name);
}

void Decoder::record(Kind kind)
{
    Layout &layout = scenario.layout;
    switch (kind) {
    case Kind::soft_reserved:
    case Kind::exact_soft_reserved:
        return push(layout.soft_reserved, bounds::ranges_max,
                    memory(kind == Kind::exact_soft_reserved));
    case Kind::hmat:
    case Kind::exact_hmat:
        return push(layout.hmat, bounds::ranges_max, memory(kind == Kind::exact_hmat));
    case Kind::second_device:
    case Kind::exact_second_device:
        layout.hmem_platform_1 = memory(kind == Kind::exact_second_device);
        return;
    case Kind::window:
    case Kind::exact_window:
        return window(kind == Kind::exact_window);
    case Kind::region:
    case Kind::exact_region:
        return region(kind == Kind::exact_region);
    case Kind::config:
    case Kind::wide_config:
        return config(kind == Kind::wide_config);
    case Kind::actor:
        return actor();
    case Kind::operation: {
        const auto code = static_cast<OperationCode>(byte());
        return operation({code, kernel::name_of(Word::none, static_cast<int>(byte()))});
    }
    case Kind::hmem_operation: {
        const OperationCode code = device_codes[byte() % device_codes.size()];
        const auto device = static_cast<int>(number(2) % (name_number_max + 1));
        return operation({code, kernel::name_of(Word::hmem, device)});
    }
    case Kind::indexed_switch:
    case Kind::wide_switch:
    case Kind::indexed_stop: {
        Switch item;
        item.indexed = true;
        if (kind == Kind::indexed_stop)
            item.occasion = kernel::Occasion::blocks;
        item.gap = static_cast<std::uint16_t>(1 + number(kind == Kind::indexed_switch ? 1 : 2) %
                                                      count_values);
        item.pick = static_cast<std::uint8_t>(byte());
        return push(scenario.switches, bounds::switches_max, item);
    }
    case Kind::named_switch:
        return named_switch();
    case Kind::nth_fault: {
        Fault fault;
        fault.role = role();
        fault.nth = true;
        fault.count = static_cast<std::uint16_t>(count());
        return push(scenario.faults, bounds::faults_max, fault);
    }
    case Kind::named_fault:
        return named_fault();
    case Kind::count_:
        return;
    }
}

MemoryRange Decoder::memory(bool is_exact)
{
    MemoryRange item;
    item.range = is_exact ? exact() : grid();
    const auto node = static_cast<int>(number(is_exact ? 2 : 1));
    if (is_exact)
        item.node = static_cast<std::int16_t>(node % static_cast<int>(exact_nodes) + no_node);
    else
        item.node = static_cast<std::int16_t>(node == grid_no_node ? no_node : node);
    return item;
}

void Decoder::window(bool is_exact)
{
    auto &windows = scenario.layout.windows;
    Window item;
    const unsigned number = byte() % bounds::windows_max;
    item.range = is_exact ? exact() : grid();
    if (windows.size() < bounds::windows_max)
        item.number = free_number(windows, number);
    push(windows, bounds::windows_max, item);
}

void Decoder::region(bool is_exact)
{
    auto &regions = scenario.layout.regions;
    Region item;
    const unsigned number = byte() % bounds::regions_max;
    item.range = is_exact ? exact() : grid();
    const unsigned traits = byte();
    item.assembly = static_cast<Assembly>(traits & 3);
    item.mode = static_cast<Mode>((traits >> 2 & 3) % mode_words.size());
    item.system_ram = (traits & 16) != 0;
    if (regions.size() < bounds::regions_max)
        item.number = free_number(regions, number);
    push(regions, bounds::regions_max, item);
}

void Decoder::config(bool is_wide)
{
    // Mostly the defaults: what no kernel can be configured with is not worth a run.
    const auto below = [&](unsigned limit, unsigned value) { return value < limit ? value : 0; };
    const unsigned changed =
        is_wide ? below(config_wide, byte()) : below(config_plain, byte() % config_values);
    Config &target = scenario.layout.config;
    target = {};
    target.dev_dax_cxl = (changed & 1) == 0;
    target.dev_dax_hmem = (changed & 2) == 0;
    target.cxl_region = (changed & 4) == 0;
    target.hmem_disable = (changed & 8) != 0;
    target.kmem_remove_fails = (changed & 16) != 0;
    if (is_wide) {
        target.builtin.bits = static_cast<std::uint8_t>(below(1U << modules.size(), byte()));
        target.async_probe.bits =
            static_cast<std::uint8_t>(below(1U << async_drivers.size(), byte()));
    }
}

void Decoder::actor()
{
    if (actors == bounds::actors_max)
        return;
    if (actors == scenario.actors.size())
        scenario.actors.emplace_back();
    Actor &fresh = scenario.actors[actors];
    fresh.name = "actor";
    fresh.name += static_cast<char>('0' + actors);
    fresh.operations.clear();
    ++actors;
}

// A device or module by index stays raw, as the number of the name `none`, and so does the code.
void Decoder::operation(Operation item)
{
    if (actors == 0)
        actor();
    push(scenario.actors[actors - 1].operations, bounds::operations_max, item);
}

void Decoder::named_switch()
{
    Switch item;
    item.role = role();
    const unsigned point = byte() % occasions;
    item.object = name_with(static_cast<Word>(byte() % words_count));
    if (point < points_count)
        item.point = static_cast<kernel::Point>(point);
    else if (point == occasion_blocks)
        item.occasion = kernel::Occasion::blocks;
    else {
        item.occasion = kernel::Occasion::ends;
        item.object = {};
    }
    item.arrival = static_cast<std::uint16_t>(count());
    item.target = role();
    push(scenario.switches, bounds::switches_max, item);
}

void Decoder::named_fault()
{
    Fault fault;
    fault.role = role();
    fault.site = static_cast<kernel::Site>(byte() % sites_count);
    fault.object = name_with(static_cast<Word>(byte() % words_count));
    fault.count = static_cast<std::uint16_t>(count());
    push(scenario.faults, bounds::faults_max, fault);
}

// False if the operation's object cannot be.
bool Decoder::resolve(Operation &operation) const
{
    const auto &regions = scenario.layout.regions;
    const bool second = scenario.layout.hmem_platform_1.has_value();
    const auto raw = static_cast<std::size_t>(operation.object.number);
    const auto region = [&](std::size_t index) {
        return kernel::name_of(Word::region, regions[index].number);
    };
    if (operation.object.word != Word::none)
        return true;
    const auto code = static_cast<std::size_t>(operation.code);
    operation.code = second ? static_cast<OperationCode>(code % operation_codes)
                            : usual_codes[code % usual_codes.size()];
    switch (operation_row(operation.code).operand) {
    case Operand::none:
        operation.object = kernel::name_of(Word::slow);
        return true;
    case Operand::module:
        operation.object = kernel::name_of(modules[raw % modules.size()]);
        return true;
    case Operand::region:
        if (!regions.empty())
            operation.object = region(raw % regions.size());
        return !regions.empty();
    case Operand::added_device:
        operation.object = second_platform;
        return true;
    case Operand::device: {
        const std::array fixed = {kernel::name_of(Word::hmem_platform, 0),
                                  kernel::name_of(Word::cxl_acpi), second_platform};
        const std::size_t devices = fixed.size() - (second ? 0 : 1);
        const std::size_t sure = devices + regions.size();
        const std::size_t index = raw % (raw < operand_sure ? sure + hmem_indices : sure);
        if (index >= sure)
            operation.object =
                kernel::name_of(Word::hmem, static_cast<int>(index - sure), hmem_by_index);
        else
            operation.object = index < devices ? fixed[index] : region(index - devices);
        return true;
    }
    }
    return false;
}

// False if it is an actor's role and there is no actor.
bool Decoder::resolve(Role &role) const
{
    if (role.kind != Word::actor)
        return true;
    if (actors > 0)
        role = kernel::actor_role(role.object.number % static_cast<int>(actors));
    return actors > 0;
}

void Decoder::resolve()
{
    scenario.actors.resize(actors);
    for (Actor &actor : scenario.actors)
        std::erase_if(actor.operations, [&](Operation &item) { return !resolve(item); });
    std::erase_if(scenario.switches, [&](Switch &item) {
        return !item.indexed && !(resolve(item.role) && resolve(item.target));
    });
    std::erase_if(scenario.faults, [&](Fault &item) { return !resolve(item.role); });
}

void Decoder::forget()
{
    scenario.title.clear();
    scenario.source.clear();
    scenario.revision.clear();
    Layout &layout = scenario.layout;
    layout.soft_reserved.clear();
    layout.hmat.clear();
    layout.windows.clear();
    layout.regions.clear();
    layout.hmem_platform_1.reset();
    layout.config = {};
    scenario.faults.clear();
    scenario.switches.clear();
    scenario.shows.clear();
    scenario.expect.clear();
    scenario.owners.clear();
    scenario.open = false;
}

void Decoder::decode(RevisionIds revision_ids)
{
    forget();
    const unsigned revision = byte();
    if (revision > 0 && revision <= revision_ids.size())
        scenario.revision = revision_ids[revision - 1];
    while (next != end)
        record(tags[byte() % tags_count]);
    resolve();
}

} // namespace

Scenario decode(std::span<const std::uint8_t> bytes, RevisionIds revision_ids)
{
    Scenario scenario;
    decode(bytes, revision_ids, scenario);
    return scenario;
}

void decode(std::span<const std::uint8_t> bytes, RevisionIds revision_ids, Scenario &scenario)
{
    Decoder(bytes, scenario).decode(revision_ids);
}

} // namespace scenario
