# Writes the requirement files into a C++ source: cmake -DOUT=... -DFOLDER=... "-DSECTIONS=transport,..." -P embed.cmake
string(REPLACE "," ";" sections "${SECTIONS}")
set(source "// Made from conformance/requirements by conformance/harness/embed.cmake.\n#include \"conformance/harness/requirement_texts.hpp\"\n\nnamespace mr::harness {\n\nconst std::vector<std::pair<std::string, std::string_view>>& requirement_texts() {\n  static const std::vector<std::pair<std::string, std::string_view>> texts = {\n")
foreach(section IN LISTS sections)
  file(READ "${FOLDER}/${section}.md" text)
  string(APPEND source "      {\"${section}\", R\"mr(${text})mr\"},\n")
endforeach()
string(APPEND source "  };\n  return texts;\n}\n\n}  // namespace mr::harness\n")
file(WRITE "${OUT}" "${source}")
