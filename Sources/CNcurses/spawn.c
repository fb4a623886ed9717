#define _GNU_SOURCE  // POSIX_SPAWN_SETSID, closefrom
#include "CNcurses.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

extern char **environ;

int cn_spawn_without_terminal(const char *program, char *const arguments[], const char *output) {
  posix_spawnattr_t attributes;
  posix_spawn_file_actions_t files;
  sigset_t none, screen;
  pid_t child;
  int error = posix_spawnattr_init(&attributes);
  if (error != 0) return -error;
  if ((error = posix_spawn_file_actions_init(&files)) != 0) {
    posix_spawnattr_destroy(&attributes);
    return -error;
  }
  sigemptyset(&none);
  sigemptyset(&screen);
  // Whatever this terminal made of them.
  sigaddset(&screen, SIGHUP);
  sigaddset(&screen, SIGTSTP);
  posix_spawnattr_setsigmask(&attributes, &none);
  posix_spawnattr_setsigdefault(&attributes, &screen);
  posix_spawnattr_setflags(
      &attributes, POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, output, O_WRONLY | O_CREAT | O_APPEND, 0644);
  posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
  // A descriptor that stays open would hold the terminal.
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  error = posix_spawn(&child, program, &files, &attributes, arguments, environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  return error == 0 ? child : -error;
}
