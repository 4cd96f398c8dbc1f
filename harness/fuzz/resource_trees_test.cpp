// SPDX-License-Identifier: GPL-2.0-only
// Covers: random operations on resource trees, and that the picture they are compared with sees a
// tree that is wrong. Does not cover: single facts about trees (kernel/resource_test.cpp).
#include "fuzz/resource_trees.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>

namespace fuzz {
namespace {

std::vector<TreeOperation> operations(std::string_view text)
{
    return decode_tree_operations(
        {reinterpret_cast<const std::uint8_t *>(text.data()), text.size()});
}

// Empty unless one of them goes wrong.
std::string_view apply_all(ResourceTree &tree, std::string_view text)
{
    for (const TreeOperation &operation : operations(text)) {
        const std::string_view wrong = tree.apply(operation);
        if (!wrong.empty())
            return wrong;
    }
    return {};
}

} // namespace

TEST(ResourceTrees, RandomOperationsAgreeWithThePicture)
{
    std::mt19937_64 random(1);
    for (int i = 0; i < 50'000 && !testing::Test::HasFailure(); ++i) {
        std::string text;
        for (auto bytes = random() % 80; bytes > 0; --bytes)
            text += static_cast<char>(random());
        ResourceTree tree;
        EXPECT_EQ(apply_all(tree, text), "") << testing::PrintToString(text) << tree.draw();
    }
}

TEST(ResourceTrees, SeedTextMeansWhatTheHeaderSays)
{
    const auto read = operations("iC08\n xR19 qO1o");
    ASSERT_EQ(read.size(), 3u);
    EXPECT_EQ(read[0].code, 'i');
    EXPECT_EQ(read[0].kind, 'C');
    EXPECT_EQ(read[0].range, (kernel::Range{0, 8}));
    EXPECT_EQ(read[1].range, (kernel::Range{1, 10}));
    EXPECT_EQ(read[2].range, (kernel::Range{1, 0})) << "an end before the start";
}

TEST(ResourceTrees, OperationsBeyondTheBoundAreIgnored)
{
    EXPECT_EQ(operations(std::string(8 * tree_operations_max, 'x')).size(), tree_operations_max);
}

TEST(ResourceTrees, AnEndMovedByOneByteIsSeen)
{
    ResourceTree tree;
    ASSERT_EQ(apply_all(tree, "iC48 iS52"), "");
    ASSERT_TRUE(tree.has_expected_shape());
    ++tree.root().child->end;
    EXPECT_FALSE(tree.has_expected_shape());
    --tree.root().child->end;
    EXPECT_TRUE(tree.has_expected_shape());
}

TEST(ResourceTrees, AChildUnderTheWrongParentIsSeen)
{
    ResourceTree tree;
    ASSERT_EQ(apply_all(tree, "iC48 iS52"), "");
    tree.root().child->child->parent = &tree.root();
    EXPECT_FALSE(tree.has_expected_shape());
}

TEST(ResourceTrees, AResourceThatIsMissingIsSeen)
{
    ResourceTree tree;
    ASSERT_EQ(apply_all(tree, "iC42 iS82"), "");
    tree.root().child->sibling = nullptr;
    EXPECT_FALSE(tree.has_expected_shape());
}

// The questions see what the shape alone would not: here the kind of what is in the tree.
TEST(ResourceTrees, AWrongAnswerNamesItsFunction)
{
    ResourceTree tree;
    ASSERT_EQ(apply_all(tree, "iC48"), "");
    tree.root().child->desc = kernel::IORES_DESC_SOFT_RESERVED;
    EXPECT_EQ(apply_all(tree, "xC48"), "region_intersects");
    EXPECT_EQ(apply_all(tree, "iO00"), "insert_resource") << "its shape is compared, too";
}

// resource_contains is asked of each resource in either direction; here of one that says of itself
// what the picture does not know.
TEST(ResourceTrees, AContainmentThatTheTypeOrAnUnsetAddressForbidsIsSeen)
{
    ResourceTree tree;
    ASSERT_EQ(apply_all(tree, "qO48 xO42 xO4: xO0B xU44"), "");
    tree.root().flags |= kernel::IORESOURCE_UNSET;
    EXPECT_EQ(apply_all(tree, "xO42"), "resource_contains");
    tree.root().flags &= ~kernel::IORESOURCE_UNSET;
    EXPECT_EQ(apply_all(tree, "xO42"), "");
}

} // namespace fuzz
