// SPDX-License-Identifier: GPL-2.0-only
#include "run/programs.hpp"

#include "kernel/assert.hpp"
#include "kernel/bounds.hpp"
#include "scenario/sentences.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>
#include <tuple>
#include <utility>

namespace run {
namespace {

using kernel::Name;
using kernel::name_of;
using kernel::Word;
using scenario::Layout;
using scenario::Operation;
using scenario::OperationCode;

// Of the layouts that were posted: V7-3, and the same range where no window is.
constexpr kernel::Range in_window{0x850000000, 0x284fffffff};
constexpr kernel::Range elsewhere{0x2850000000, 0x484fffffff};

Layout one_range(kernel::Range range)
{
    Layout layout;
    layout.soft_reserved = {{range}};
    layout.windows = {{0, in_window}};
    return layout;
}

Layout with_region(scenario::Assembly assembly)
{
    Layout layout = one_range(in_window);
    layout.regions = {{0, in_window, assembly}};
    return layout;
}

Layout without_range()
{
    Layout layout = one_range(in_window);
    layout.soft_reserved.clear();
    return layout;
}

// Two halves, so that a resolution has something to register again.
Layout two_ranges()
{
    Layout layout = one_range({0x850000000, 0x184fffffff});
    layout.soft_reserved.push_back({{0x1850000000, 0x284fffffff}});
    return layout;
}

// A test module's device beside the first, over another part of the window.
Layout second_device()
{
    Layout layout = two_ranges();
    layout.hmem_platform_1 = scenario::MemoryRange{layout.soft_reserved.back().range};
    layout.soft_reserved.pop_back();
    return layout;
}

// At most: one of each range that is left to HMEM, and of the second platform device.
int hmem_devices_of(const Layout &layout)
{
    return static_cast<int>(layout.soft_reserved.size()) + (layout.hmem_platform_1 ? 1 : 0);
}

// Where that is nothing, the operation only fails to find it.
std::vector<Name> operands(scenario::Operand operand, const drivers::Revision &revision,
                           const Layout &layout)
{
    std::vector<Name> names;
    const auto add_regions = [&] {
        for (const scenario::Region &region : layout.regions)
            names.push_back(name_of(Word::region, region.number));
    };
    switch (operand) {
    case scenario::Operand::none:
        return {name_of(Word::slow)};
    case scenario::Operand::module:
        for (const Word module : scenario::modules)
            if (module != Word::dax_ko || revision.dax != nullptr)
                names.push_back(name_of(module));
        return names;
    case scenario::Operand::device:
        names.push_back(name_of(Word::cxl_acpi));
        if (!layout.soft_reserved.empty())
            names.push_back(name_of(Word::hmem_platform, 0));
        if (layout.hmem_platform_1)
            names.push_back(scenario::second_platform);
        for (int i = 0; i < hmem_devices_of(layout); ++i)
            names.push_back(name_of(Word::hmem, i, scenario::hmem_by_index));
        add_regions();
        return names;
    case scenario::Operand::region:
        add_regions();
        return names;
    case scenario::Operand::added_device:
        if (layout.hmem_platform_1)
            names.push_back(scenario::second_platform);
        return names;
    }
    return names;
}

// The number-th list of operations: first the empty one, then those of one, ...
std::vector<Operation> list_of(std::uint64_t number, const std::vector<Operation> &operations)
{
    std::vector<Operation> list;
    for (; number > 0; number = (number - 1) / operations.size())
        list.push_back(operations[(number - 1) % operations.size()]);
    return list;
}

std::uint64_t lists_of(std::size_t operations, std::size_t length_max)
{
    std::uint64_t lists = 1;
    for (std::size_t i = 0; i < length_max; ++i)
        lists = lists * operations + 1;
    return lists;
}

// Lists of the actors by number, where those without operations come last; false: that was the last
// one.
bool advance(std::vector<std::uint64_t> &numbers, std::uint64_t lists)
{
    for (std::size_t i = numbers.size(); i-- > 0;) {
        const std::uint64_t most = i == 0 || numbers[i - 1] > 0 ? lists - 1 : 0;
        if (numbers[i] == most)
            continue;
        ++numbers[i];
        std::fill(numbers.begin() + static_cast<std::ptrdiff_t>(i) + 1, numbers.end(), 0);
        return true;
    }
    return false;
}

scenario::Scenario program_of(const Layout &layout, const std::vector<std::uint64_t> &numbers,
                              const std::vector<Operation> &operations)
{
    static constexpr std::array names = {"a", "b", "c", "d"};
    scenario::Scenario scenario;
    scenario.layout = layout;
    for (std::size_t i = 0; i < numbers.size() && numbers[i] > 0; ++i)
        scenario.actors.push_back({names[i], list_of(numbers[i], operations)});
    return scenario;
}

auto identity_of(const ProgramRow &row)
{
    const properties::Finding &finding = row.row.finding;
    return std::tuple(finding.judgement.status, finding.violation.property, finding.violation.cause,
                      finding.judgement.id);
}

bool is_same(const ProgramRow &left, const ProgramRow &right)
{
    return identity_of(left) == identity_of(right);
}

void sort_rows(std::vector<ProgramRow> &rows)
{
    std::sort(rows.begin(), rows.end(), [](const ProgramRow &left, const ProgramRow &right) {
        return identity_of(left) < identity_of(right);
    });
}

// A total order, so that it does not matter who came across which first.
bool is_smaller(const ProgramRow &left, const ProgramRow &right)
{
    const auto key = [](const ProgramRow &row) {
        return std::tuple(row.row.switches.size(), row.operations, row.scenario.actors.size(),
                          row.place);
    };
    return key(left) < key(right);
}

void take(std::vector<ProgramRow> &rows, ProgramRow row)
{
    const auto known = std::find_if(rows.begin(), rows.end(),
                                    [&](const ProgramRow &other) { return is_same(other, row); });
    if (known == rows.end()) {
        rows.push_back(std::move(row));
        return;
    }
    const std::uint64_t runs = known->row.runs + row.row.runs;
    const std::uint64_t programs = known->programs + row.programs;
    if (is_smaller(row, *known))
        *known = std::move(row);
    known->row.runs = runs;
    known->programs = programs;
}

} // namespace

std::span<const NamedLayout> program_layouts()
{
    static const std::array<NamedLayout, 6> layouts = {{
        {"no-range", without_range()},
        {"region-ok", with_region(scenario::Assembly::ok)},
        {"region-fail", with_region(scenario::Assembly::fail)},
        {"region-late", with_region(scenario::Assembly::late)},
        {"region-none", one_range(in_window)},
        {"outside", one_range(elsewhere)},
    }};
    return layouts;
}

std::span<const NamedLayout> more_program_layouts()
{
    static const std::array<NamedLayout, 2> layouts = {
        {{"two-ranges", two_ranges()}, {"second-device", second_device()}}};
    return layouts;
}

std::vector<Operation> operations_over(const drivers::Revision &revision, const Layout &layout)
{
    std::vector<Operation> operations;
    for (std::size_t i = 0; i < scenario::operation_codes; ++i) {
        const auto code = static_cast<OperationCode>(i);
        for (const Name name : operands(scenario::operation_row(code).operand, revision, layout))
            operations.push_back({code, name});
    }
    return operations;
}

double program_count(std::size_t operations, const ProgramOptions &options)
{
    const auto lists = static_cast<double>(lists_of(operations, options.operations_max));
    double count = 1;
    double of_so_many = 1; // actors that do something
    for (std::size_t i = 0; i < options.actors_max; ++i) {
        of_so_many *= lists - 1;
        count += of_so_many;
    }
    return count;
}

std::size_t operations_of(const scenario::Scenario &scenario)
{
    std::size_t size = 0;
    for (const scenario::Actor &actor : scenario.actors)
        size += actor.operations.size();
    return size;
}

namespace {

// What was found before, with the place to go on at; that it is one of this part.
ExploredPrograms found_before(const ProgramOptions &options)
{
    if (options.from == nullptr) {
        ExploredPrograms found;
        found.total.exhausted = true;
        if (options.reached)
            found.total.campaign.emplace();
        return found;
    }
    ExploredPrograms found = *options.from;
    if (found.next % options.shards != options.shard ||
        found.next / options.shards != found.programs)
        throw std::invalid_argument("no program of this part is the next");
    found.total.stopped = false;
    return found;
}

} // namespace

ExploredPrograms explore_programs(Machine &machine, const drivers::Revision &revision,
                                  std::span<const NamedLayout> layouts,
                                  const ProgramOptions &options)
{
    HARNESS_ASSERT(options.operations_max <= program_operations_max &&
                   options.actors_max <= bounds::actors_max && options.shard < options.shards &&
                   (options.from == nullptr || options.stride == 1));
    ExploredPrograms found = found_before(options);
    const std::uint64_t first = std::exchange(found.next, 0);
    bool stopped = false; // by go_on
    std::uint64_t made = 0;
    const ExploreOptions of_each{.switches_max = options.switches_max,
                                 .in_turn = options.in_turn,
                                 .reduced = options.reduced,
                                 .go_on =
                                     [&](std::uint64_t runs) {
                                         stopped = options.go_on && !options.go_on(runs);
                                         return !stopped && made++ < options.runs_max;
                                     },
                                 .reached = options.reached};
    std::uint64_t index = 0;
    for (const NamedLayout &layout : layouts) {
        const std::vector<Operation> operations = operations_over(revision, layout.layout);
        const std::uint64_t lists = lists_of(operations.size(), options.operations_max);
        std::vector<std::uint64_t> numbers(options.actors_max);
        for (bool more = true; more && !found.total.stopped; more = advance(numbers, lists)) {
            const std::uint64_t place = index++;
            if (place < first || place % options.shards != options.shard ||
                place / options.shards % options.stride != 0)
                continue;
            const scenario::Scenario program = program_of(layout.layout, numbers, operations);
            Explored explored = explore(machine, revision, program, of_each);
            if (stopped) {
                found.total.stopped = true;
                found.next = place;
                sort_rows(found.rows);
                return found;
            }
            ++found.programs;
            for (ExploredRow &row : explored.rows)
                take(found.rows,
                     {std::move(row), 1, operations_of(program), place, layout.name, program});
            explored.rows.clear();
            merge(found.total, explored);
        }
    }
    if (options.from != nullptr && first >= index)
        throw std::invalid_argument("there is no such program");
    sort_rows(found.rows);
    return found;
}

void merge(ExploredPrograms &whole, ExploredPrograms part)
{
    whole.programs += part.programs;
    merge(whole.total, part.total);
    for (ProgramRow &row : part.rows)
        take(whole.rows, std::move(row));
    sort_rows(whole.rows);
}

} // namespace run
