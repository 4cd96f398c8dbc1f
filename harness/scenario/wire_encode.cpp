// SPDX-License-Identifier: GPL-2.0-only
// Encodes the wire form: the inverse of wire_decode.cpp, in the same order; see wire.hpp.
#include "scenario/wire.hpp"
#include "scenario/wire_format.hpp"

#include <algorithm>
#include <optional>

namespace scenario {
namespace {

using namespace wire;
using kernel::Name;
using kernel::Role;

// Enough for every scenario a person writes; others grow.
constexpr std::size_t usual_bytes = 512;

template <typename Table, typename Item>
std::optional<std::size_t> index_in(const Table &table, const Item &item)
{
    const auto found = std::find(std::begin(table), std::end(table), item);
    return found == std::end(table)
               ? std::nullopt
               : std::optional(static_cast<std::size_t>(found - std::begin(table)));
}

// The three bytes of a range that lies on the grid.
std::optional<std::array<std::uint8_t, 3>> grid_of(Range range)
{
    for (unsigned low = 0; low < nudges.size(); ++low) {
        const std::uint64_t start = range.start - nudges[low] - grid_base;
        if (start % grid_step != 0 || start / grid_step >= grid_starts)
            continue;
        for (unsigned high = 0; high < nudges.size(); ++high) {
            const std::uint64_t length = range.end - nudges[high] + 1 - (grid_base + start);
            if (length % grid_step == 0 && length / grid_step - 1 < grid_lengths)
                return {{static_cast<std::uint8_t>(start / grid_step),
                         static_cast<std::uint8_t>(length / grid_step - 1),
                         static_cast<std::uint8_t>(low | high << 4)}};
        }
    }
    return std::nullopt;
}

class Encoder {
public:
    std::vector<std::uint8_t> take(const Scenario &scenario, RevisionIds revision_ids);

private:
    std::vector<std::uint8_t> bytes;

    void number(std::uint64_t value, int size = 1);
    void tag(Kind kind) { number(tag_of(kind)); }
    void range(Range item);
    void name(Name item, std::size_t first);
    void name(Name item) { name(item, static_cast<std::size_t>(item.word)); }
    void role(Role item);
    void count(unsigned item);

    void memory(const MemoryRange &item, Kind grid, Kind exact);
    void window(const Window &item);
    void region(const Region &item);
    void config(const Config &item);
    void operation(const Operation &item, const Layout &layout);
    void schedule_switch(const Switch &item);
    void fault(const Fault &item);
};

void Encoder::number(std::uint64_t value, int size)
{
    for (int i = 0; i < size; ++i)
        bytes.push_back(static_cast<std::uint8_t>(value >> (8 * i)));
}

// On the grid where it can be; the caller has chosen the tag by the same question.
void Encoder::range(Range item)
{
    if (const auto grid = grid_of(item)) {
        bytes.insert(bytes.end(), grid->begin(), grid->end());
        return;
    }
    number(item.start, 8);
    number(item.end, 8);
}

void Encoder::name(Name item, std::size_t first)
{
    number(first);
    const bool bare = is_numbered(item.word) && item.number < 0;
    number(bare ? without_number : static_cast<std::uint64_t>(std::max<int>(item.number, 0)), 2);
    number(item.part);
}

void Encoder::role(Role item)
{
    number(index_in(role_kinds, item.kind).value_or(0));
    if (item.kind == Word::actor)
        name({}, static_cast<std::size_t>(item.object.number));
    else if (item.kind == Word::modprobe)
        name({}, index_in(modules, item.object.word).value_or(0));
    else if (item.kind == Word::probe)
        name(item.object, index_in(probe_words, item.object.word).value_or(0));
    else
        name({});
}

void Encoder::count(unsigned item)
{
    const bool narrow = item <= count_narrow;
    number(narrow ? item - 1 : count_wide);
    number(narrow ? 0 : item - 1, 2);
}

void Encoder::memory(const MemoryRange &item, Kind grid, Kind exact)
{
    // The grid form has one byte for the node, and spends its last value on no_node.
    if (grid_of(item.range) && item.node != grid_no_node) {
        tag(grid);
        range(item.range);
        number(item.node == no_node ? grid_no_node : static_cast<std::uint64_t>(item.node));
        return;
    }
    tag(exact);
    number(item.range.start, 8);
    number(item.range.end, 8);
    number(static_cast<std::uint64_t>(item.node - no_node), 2);
}

void Encoder::window(const Window &item)
{
    tag(grid_of(item.range) ? Kind::window : Kind::exact_window);
    number(static_cast<std::uint64_t>(item.number));
    range(item.range);
}

void Encoder::region(const Region &item)
{
    tag(grid_of(item.range) ? Kind::region : Kind::exact_region);
    number(static_cast<std::uint64_t>(item.number));
    range(item.range);
    number(static_cast<unsigned>(item.assembly) | static_cast<unsigned>(item.mode) << 2 |
           (item.system_ram ? 16u : 0u));
}

void Encoder::config(const Config &item)
{
    if (item == Config{})
        return;
    const unsigned changed = (item.dev_dax_cxl ? 0u : 1u) | (item.dev_dax_hmem ? 0u : 2u) |
                             (item.cxl_region ? 0u : 4u) | (item.hmem_disable ? 8u : 0u) |
                             (item.kmem_remove_fails ? 16u : 0u);
    const bool wide =
        changed >= config_plain || item.builtin.bits != 0 || item.async_probe.bits != 0;
    tag(wide ? Kind::wide_config : Kind::config);
    number(changed);
    if (wide) {
        number(item.builtin.bits);
        number(item.async_probe.bits);
    }
}

void Encoder::operation(const Operation &item, const Layout &layout)
{
    const auto &regions = layout.regions;
    const bool second = layout.hmem_platform_1.has_value();
    const Name object = item.object;
    const Operand operand = operation_row(item.code).operand;
    std::vector<Name> objects; // what the operand indexes
    if (operand == Operand::none || operand == Operand::added_device)
        objects = {object};
    else if (operand == Operand::module)
        for (const Word word : modules)
            objects.push_back(kernel::name_of(word));
    else if (operand == Operand::device)
        objects = {kernel::name_of(Word::hmem_platform, 0), kernel::name_of(Word::cxl_acpi)};
    if (operand == Operand::device && second)
        objects.push_back(second_platform);
    if (operand == Operand::region || operand == Operand::device)
        for (const Region &region : regions)
            objects.push_back(kernel::name_of(Word::region, region.number));
    if (operand == Operand::device)
        for (std::size_t i = 0; i < hmem_indices; ++i)
            objects.push_back(kernel::name_of(Word::hmem, static_cast<int>(i), hmem_by_index));

    if (const auto index = index_in(objects, object)) {
        tag(Kind::operation);
        number(second ? static_cast<std::size_t>(item.code)
                      : index_in(usual_codes, item.code).value_or(0));
        number(*index);
    } else if (const auto code = index_in(device_codes, item.code);
               code && object == kernel::name_of(Word::hmem, std::max<int>(object.number, 0))) {
        tag(Kind::hmem_operation);
        number(*code);
        number(static_cast<std::uint64_t>(object.number), 2);
    }
}

void Encoder::schedule_switch(const Switch &item)
{
    if (item.indexed) {
        const bool at_stop = item.occasion != kernel::Occasion::before;
        const bool wide = at_stop || item.gap > 256;
        tag(at_stop ? Kind::indexed_stop : wide ? Kind::wide_switch : Kind::indexed_switch);
        number(item.gap - 1u, wide ? 2 : 1);
        number(item.pick);
        return;
    }
    tag(Kind::named_switch);
    role(item.role);
    number(item.occasion == kernel::Occasion::blocks ? occasion_blocks
           : item.occasion == kernel::Occasion::ends ? occasion_ends
                                                     : static_cast<unsigned>(item.point));
    name(item.object);
    count(item.arrival);
    role(item.target);
}

void Encoder::fault(const Fault &item)
{
    tag(item.nth ? Kind::nth_fault : Kind::named_fault);
    role(item.role);
    if (!item.nth) {
        number(static_cast<std::uint64_t>(item.site));
        name(item.object);
    }
    count(item.count);
}

std::vector<std::uint8_t> Encoder::take(const Scenario &scenario, RevisionIds revision_ids)
{
    const Layout &layout = scenario.layout;
    bytes.reserve(usual_bytes);
    const auto revision = index_in(revision_ids, std::string_view(scenario.revision));
    number(revision ? *revision + 1 : 0);
    for (const MemoryRange &item : layout.soft_reserved)
        memory(item, Kind::soft_reserved, Kind::exact_soft_reserved);
    for (const MemoryRange &item : layout.hmat)
        memory(item, Kind::hmat, Kind::exact_hmat);
    for (const Window &item : layout.windows)
        window(item);
    for (const Region &item : layout.regions)
        region(item);
    if (layout.hmem_platform_1)
        memory(*layout.hmem_platform_1, Kind::second_device, Kind::exact_second_device);
    config(layout.config);
    for (const Actor &actor : scenario.actors) {
        tag(Kind::actor);
        for (const Operation &item : actor.operations)
            operation(item, layout);
    }
    for (const Fault &item : scenario.faults)
        fault(item);
    for (const Switch &item : scenario.switches)
        schedule_switch(item);
    return std::move(bytes);
}

} // namespace

std::vector<std::uint8_t> encode(const Scenario &scenario, RevisionIds revision_ids)
{
    return Encoder().take(scenario, revision_ids);
}

} // namespace scenario
