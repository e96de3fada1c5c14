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
  EXPECT_EQ(a.size, b.size);
  EXPECT_EQ(a.coverage, b.coverage);
  return {.pages = a.pages,
          .copies = a.copies,
          .colour = a.colour,
          .duplex = a.duplex,
          .size = a.size,
          .coverage = a.coverage};
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

TEST(Pages, PostScriptByWhatItsProgramShows) {
  const auto ps = [](const std::string& program) {
    return pages(Language::postscript, "%!PS-Adobe-3.0\n" + program);
  };
  // A comment that lies is no page.
  EXPECT_EQ(ps("%%Pages: 7\n/f { showpage } def\nf f\n"), 2u);
  EXPECT_EQ(ps("%%Pages: 1\nshowpage\nshowpage\n"), 2u);
  EXPECT_EQ(ps("%%Pages: (atend)\n%%Page: 1 1\nshowpage\n%%Trailer\n%%Pages: 2\n"), 1u);
  // Procedures, other names for them, and loops.
  EXPECT_EQ(ps("/f { gsave showpage grestore } bind def /g { f f } def g f"), 3u);
  EXPECT_EQ(ps("/ep /showpage load def ep ep"), 2u);
  EXPECT_EQ(ps("userdict /eop { showpage } put eop eop eop"), 3u);
  EXPECT_EQ(ps("10 { showpage } repeat"), 10u);
  EXPECT_EQ(ps("1 1 5 { pop showpage } for"), 5u);
  EXPECT_EQ(ps("10 -2 1 { pop showpage } for 5 1 1 { pop showpage } for"), 5u);
  EXPECT_EQ(ps("true { showpage } if false { showpage showpage } { showpage } ifelse { showpage } exec"), 4u);
  EXPECT_EQ(ps("/f { true { showpage } { showpage } ifelse } def f"), 1u);
  EXPECT_EQ(ps("{ showpage } pop"), 0u);
  EXPECT_EQ(ps("1e300 { showpage } repeat"), pages_max);
  // It is taken away, as programs do around a picture, and comes back.
  EXPECT_EQ(ps("save /showpage { } def showpage restore showpage"), 1u);
  EXPECT_EQ(ps("/showpage { } def showpage"), 0u);
  // Text is no program.
  EXPECT_EQ(ps("(showpage (showpage) \\) showpage) show showpage"), 1u);
  // A procedure that is called in a way that is not understood leaves the comments.
  EXPECT_EQ(ps("/f { showpage } def\n%%Page: 1 1\n/f cvx exec\n%%Page: 2 2\n(f) cvn cvx exec"), 2u);
  EXPECT_EQ(ps("%%Pages: 3\n/f { showpage } def\n(f) cvn cvx exec"), 3u);
}

TEST(Pages, SizesThatAreAskedFor) {
  const auto size = [](Language language, const std::string& octets) { return count(language, octets).size; };
  EXPECT_EQ(size(Language::postscript, "%!\n<< /PageSize [842 595] >> setpagedevice showpage"),
            MediaSize::a4);
  EXPECT_EQ(size(Language::postscript, "%!\n<< /PageSize [ 792 1224.0 ] >> setpagedevice showpage"),
            MediaSize::ledger);
  EXPECT_EQ(size(Language::postscript, "%!\n<< /PageSize [1 2] >> setpagedevice showpage"), MediaSize::other);
  EXPECT_EQ(size(Language::postscript, "%!\nshowpage"), MediaSize::of_tray);
  EXPECT_EQ(size(Language::pcl, "\x1b&l27Atext\f"), MediaSize::a3);
  EXPECT_EQ(size(Language::pcl, "\x1b&l2Atext\f"), MediaSize::letter);
  EXPECT_EQ(size(Language::pcl_xl, std::string(") HP-PCL XL;2;0\n\xc0\x05\xf8\x25\x43\x44", 22)),
            MediaSize::a3);
}

// 600 dpi, on A4: 8 octets of a row are 64 dots, each (1/600 inch)^2.
TEST(Pages, PclRasterIsMeasuredToTheDot) {
  const auto coverage = [](const std::string& octets) { return count(Language::pcl, octets).coverage; };
  const std::string start =
                        "\x1b"
                        "E\x1b&l26A\x1b*t75R\x1b*r1A",
                    end = "\x1b*rC\f";
  const auto row = [](const std::string& data, int method = 0) {
    return "\x1b*b" + std::to_string(method) + "m" + std::to_string(data.size()) + "W" + data;
  };
  std::string black;
  for (int i = 0; i < 877; ++i)
    black += row(std::string(78, '\xff'));  // 11.69 x 8.27 inches are 877 x 620 dots
  const auto full = coverage(start + black + end);
  ASSERT_TRUE(full);
  EXPECT_NEAR((*full)[0], 100'000, 700);
  EXPECT_EQ((*full)[1], 0u);
  std::string half;
  for (int i = 0; i < 877; ++i) half += row(std::string(78, '\x0f'));
  EXPECT_NEAR((*coverage(start + half + end))[0], 50'000, 400);
  EXPECT_NEAR((*coverage(start + half + end + start + end))[0], 25'000, 400) << "a form feed alone is a page";
  // The other methods mark the same.
  std::string runs, packed, delta = row(std::string(), 3);
  for (int i = 0; i < 877; ++i) {
    runs += row({char(77), '\x0f'}, 1);
    packed += row({char(257 - 78), '\x0f'}, 2);
  }
  EXPECT_EQ(*coverage(start + runs + end), *coverage(start + half + end));
  EXPECT_EQ(*coverage(start + packed + end), *coverage(start + half + end));
  std::string first;  // ten replacements of 8 octets, the last of 6
  for (int i = 0; i < 9; ++i) first += std::string(1, char(7 << 5)) + std::string(8, '\x0f');
  first += std::string(1, char(5 << 5)) + std::string(6, '\x0f');
  delta = row(first, 3);
  for (int i = 1; i < 877; ++i) delta += row("", 3);  // the same again
  EXPECT_EQ(*coverage(start + delta + end), *coverage(start + half + end));
  // Planes: cyan, magenta, yellow.
  const std::string planes =
      "\x1b"
      "E\x1b&l26A\x1b*t75R\x1b*r-3U\x1b*r1A\x1b*b0m2V\xff\xff\x1b*b1V\xff\x1b*b0W" +
      end;
  const auto colours = coverage(planes);
  ASSERT_TRUE(colours);
  EXPECT_EQ((*colours)[0], 0u);
  EXPECT_NEAR((*colours)[1], 2 * (*colours)[2], 1);
  EXPECT_EQ((*colours)[3], 0u);
  EXPECT_EQ(*coverage("\x1b&k1W" + start + half + end), *coverage(start + half + end)) << "a W without data";
  // What is not all raster is not measured; nor is what is not understood.
  EXPECT_FALSE(coverage(start + half + "text" + end));
  EXPECT_FALSE(coverage("text\f"));
  EXPECT_FALSE(coverage(start + row("xx", 9) + end));
  EXPECT_FALSE(coverage("\x1b*t7R" + start + "\x1b*t7R" + half + end));
}

TEST(Pages, PostScriptByItsCommentsElseItsProgram) {
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
