#include "app/cli/run.hpp"
#include "app/process.hpp"

int main(int argc, char** argv) {
  sagas::harden_process();
  return sagas::cli::run(argc, argv);
}
