#include "CVCFText.h"
