// Answers requests, one JSON object a line on stdin, one answer a line on stdout.

#include <iostream>
#include <podverdict.hpp>

int main() {
  if (!podverdict::version_matches()) {
    std::cerr << "the library is " << podverdict::version() << ", the header another version\n";
    return 1;
  }
  try {
    for (std::string line; std::getline(std::cin, line);) std::cout << podverdict::eval(line) << '\n';
  } catch (const podverdict::Error& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
