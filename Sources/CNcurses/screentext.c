#include "internal.h"
#include "CNcurses.h"

int cn_row(int y, uint32_t *scalars, int count) {
  if (y < 0 || y >= cn_lines()) return 0;
  int columns = cn_columns(), n = 0;
  for (int x = 0; x < columns && n < count; x++) {
    cchar_t cell;
    wchar_t text[CCHARW_MAX + 1] = {0};
    attr_t attributes;
    short pair;
    if (mvwin_wch(curscr, y, x, &cell) == ERR) break;
    if (getcchar(&cell, text, &attributes, &pair, NULL) == ERR) break;
    for (int i = 0; text[i] && n < count; i++) scalars[n++] = (uint32_t)text[i];
    int width = cn_width((uint32_t)text[0]);
    if (width > 1) x += width - 1;
  }
  return n;
}
