#include "simulators/printer/raw9100/page_count.hpp"

#include <gtest/gtest.h>

#include <string>

namespace mr::printer {
namespace {

// The same whole and octet by octet.
PageCount count(Language language, const std::string& octets) {
  auto whole = make_counter(language), slow = make_counter(language);
  whole->feed(octets);
  for (const char c : octets) slow->feed({&c, 1});
  const PageCount a = whole->finish(), b = slow->finish();
  EXPECT_EQ(a.pages, b.pages);
  EXPECT_EQ(a.copies, b.copies);
  EXPECT_EQ(a.colour, b.colour);
  EXPECT_EQ(a.duplex, b.duplex);
  EXPECT_EQ(a.title, b.title);
  return {.pages = a.pages, .copies = a.copies, .colour = a.colour, .duplex = a.duplex};
}
std::uint32_t pages(Language language, const std::string& octets) { return count(language, octets).pages; }

std::string lines(int n) {
  std::string out;
  for (int i = 0; i < n; ++i) out += "a line\r\n";
  return out;
}

TEST(Pages, TextByFormFeedsAndLines) {
  EXPECT_EQ(pages(Language::text, ""), 0u);
  EXPECT_EQ(pages(Language::text, "\r\n\r\n"), 0u);
  EXPECT_EQ(pages(Language::text, "x"), 1u);
  EXPECT_EQ(pages(Language::text, "x\f"), 1u);
  EXPECT_EQ(pages(Language::text, "x\fy"), 2u);
  EXPECT_EQ(pages(Language::text, "\f\f"), 2u);  // blank ones
  EXPECT_EQ(pages(Language::text, lines(60)), 1u);
  EXPECT_EQ(pages(Language::text, lines(61)), 2u);
  EXPECT_EQ(pages(Language::text, lines(30) + "\f" + lines(121)), 4u);
}

TEST(Pages, PclSkipsWhatIsNoText) {
  const std::string reset =
      "\x1b"
      "E";
  EXPECT_EQ(pages(Language::pcl, reset + "one\f" + reset), 1u);
  EXPECT_EQ(pages(Language::pcl, reset + "one" + reset + "two\f" + reset), 2u);
  EXPECT_EQ(pages(Language::pcl, reset + reset), 0u);
  // Form feeds within raster data are data.
  EXPECT_EQ(pages(Language::pcl, "\x1b*r1A\x1b*b4W\f\f\f\f\x1b*rC\f"), 1u);
  EXPECT_EQ(pages(Language::pcl,
                  "\x1b*b2m3W\f\f\f"
                  "\f"),
            1u);
  EXPECT_EQ(pages(Language::pcl,
                  "\x1b&p2X\f\f"
                  "end\f"),
            1u);
  // A job that places its lines is not counted by line ends.
  EXPECT_EQ(pages(Language::pcl, "\x1b*p100Y" + lines(200) + "\f"), 1u);
  const PageCount count_of = count(Language::pcl,
                                   "\x1b&l3X\x1b&l1S"
                                   "text\f");
  EXPECT_EQ(count_of.copies, 3u);
  EXPECT_TRUE(count_of.duplex);
  EXPECT_FALSE(count_of.colour);
  EXPECT_EQ(count(Language::pcl,
                  "\x1b&l3x1S"
                  "text\f")
                .copies,
            3u);  // combined
  EXPECT_TRUE(count(Language::pcl,
                    "\x1b*v6W012345"
                    "text")
                  .colour);
  EXPECT_TRUE(count(Language::pcl,
                    "\x1b*r3U"
                    "text")
                  .colour);
  EXPECT_EQ(pages(Language::pcl, "\x1b*b99999999999W" + lines(500)), 1u);  // data that never comes
}

TEST(Pages, PostScriptByItsCommentsElseItsProgram) {
  EXPECT_EQ(pages(Language::postscript, "%!PS-Adobe-3.0\n%%Pages: 7\n/f { showpage } def\nf f\n"), 7u);
  EXPECT_EQ(pages(Language::postscript,
                  "%!PS-Adobe-3.0\n%%Pages: (atend)\n%%Page: 1 1\nshowpage\n%%Trailer\n%%Pages: 2\n"),
            2u);
  EXPECT_EQ(pages(Language::postscript, "%!PS-Adobe-3.0\n%%Pages: (atend)\n%%Page: 1 1\n%%Page: 2 2\n"), 2u);
  // What is embedded has pages of its own.
  EXPECT_EQ(
      pages(Language::postscript, "%!PS\n%%BeginDocument: a\n%%Pages: 9\nshowpage\n%%EndDocument\nshowpage"),
      1u);
  EXPECT_EQ(pages(Language::postscript, "%!\n(hello) show showpage\n% showpage\nshowpage"), 2u);
  EXPECT_EQ(pages(Language::postscript, "%!\n/p {showpage} def p"), 1u);
  EXPECT_EQ(pages(Language::postscript, "%!\n/x 1 def"), 0u);
  EXPECT_EQ(count(Language::postscript, "%!\n<< /NumCopies 4 /Duplex true >> setpagedevice showpage").copies,
            4u);
  EXPECT_TRUE(count(Language::postscript, "%!\n<< /Duplex true >> setpagedevice showpage").duplex);
  EXPECT_TRUE(count(Language::postscript, "%!\n1 0 0 setrgbcolor showpage").colour);
  EXPECT_FALSE(count(Language::postscript, "%!\n/c {setrgbcolor} bind def showpage").colour);
  EXPECT_FALSE(
      count(Language::postscript, "%!\n%%DocumentProcessColors: Black\n0 0 0 setrgbcolor showpage").colour);
  auto counter = make_counter(Language::postscript);
  counter->feed("%!\n%%Title: (A report)\n%%Title: B\nshowpage");
  EXPECT_EQ(counter->finish().title, "A report");
}

TEST(Pages, PdfByPageObjects) {
  EXPECT_EQ(pages(Language::pdf, "%PDF-1.4\n<</Type /Pages /Count 2>>\n<</Type /Page>>\n<< /Type/Page >>"),
            2u);
  EXPECT_EQ(pages(Language::pdf, "%PDF-1.7\n<</Type /ObjStm>> stream"), 1u);
}

TEST(Pages, PclXlByItsOperators) {
  const std::string header = ") HP-PCL XL;2;0\n";
  const auto attribute = [](unsigned char value, unsigned char id) {
    return std::string{static_cast<char>(0xc0), static_cast<char>(value), static_cast<char>(0xf8),
                       static_cast<char>(id)};
  };
  const std::string begin("\x43", 1), end("\x44", 1);
  EXPECT_EQ(pages(Language::pcl_xl, header + begin + end + begin + end), 2u);
  // EndPage within data is data.
  EXPECT_EQ(pages(Language::pcl_xl, header + begin + std::string("\xfb\x03\x44\x44\x44", 5) + end), 1u);
  EXPECT_EQ(pages(Language::pcl_xl, header + begin + std::string("\xfa\x02\x00\x00\x00\x44\x44", 7) + end),
            1u);
  EXPECT_EQ(
      pages(Language::pcl_xl, header + std::string("\xc8\xc1\x02\x00\x44\x44\xf8\x05", 8) + begin + end), 1u);
  EXPECT_EQ(pages(Language::pcl_xl, header + begin + attribute(3, 49) + end), 3u);
  EXPECT_TRUE(count(Language::pcl_xl, header + attribute(2, 3) + begin + end).colour);
  EXPECT_TRUE(count(Language::pcl_xl, header + attribute(0, 53) + begin + end).duplex);
  EXPECT_EQ(pages(Language::pcl_xl, header + std::string("\xd3\x44\x44\x44\x44\xf8\x01", 7) + begin + end),
            1u);
}

TEST(Pages, AreBounded) {
  EXPECT_EQ(pages(Language::text, std::string(1'200'000, '\f')), pages_max);
  EXPECT_EQ(count(Language::postscript, "%!\n%%Pages: 4000000000\n").pages, pages_max);
  EXPECT_EQ(count(Language::postscript, "%!\n%%Pages: 99999999999999999999\nshowpage").pages, 1u);
}

}  // namespace
}  // namespace mr::printer
