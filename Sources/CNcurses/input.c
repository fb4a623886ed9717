#include "internal.h"
#include "CNcurses.h"

static uint32_t special(wint_t code) {
  switch (code) {
    case KEY_UP: return CN_UP;
    case KEY_DOWN: return CN_DOWN;
    case KEY_LEFT: return CN_LEFT;
    case KEY_RIGHT: return CN_RIGHT;
    case KEY_HOME: return CN_HOME;
    case KEY_FIND: return CN_HOME;
    case KEY_END: return CN_END;
    case KEY_SELECT: return CN_END;
    case KEY_PPAGE: return CN_PAGE_UP;
    case KEY_NPAGE: return CN_PAGE_DOWN;
    case KEY_IC: return CN_INSERT;
    case KEY_DC: return CN_DELETE;
    case KEY_BACKSPACE: return CN_BACKSPACE;
    case KEY_ENTER: return CN_ENTER;
    case KEY_BTAB: return CN_BACK_TAB;
    case KEY_RESIZE: return CN_RESIZE;
    case KEY_MAX - 4: return CN_MOUSE_OLD;
    case KEY_MAX - 3: return CN_MOUSE;
    case KEY_MAX - 2: return CN_PASTE_BEGIN;
    case KEY_MAX - 1: return CN_PASTE_END;
    default:
      if (code >= KEY_F(1) && code <= KEY_F(24)) return CN_F1 + (code - KEY_F(1));
      return CN_OTHER;
  }
}

int cn_key(uint32_t *value) {
  wint_t code = 0;
  if (!cn_keys) return CN_KEY_NONE;
  switch (wget_wch(cn_keys, &code)) {
    case OK:
      *value = code;
      return CN_KEY_CHARACTER;
    case KEY_CODE_YES:
      *value = special(code);
      return CN_KEY_SPECIAL;
    default:
      return CN_KEY_NONE;
  }
}
