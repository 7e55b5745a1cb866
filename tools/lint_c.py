"""Reads C as far as tools/lint needs it: what is code, where functions are, how deep they nest."""
import re


def line_of(text, offset):
    return text.count('\n', 0, offset) + 1


TOKEN = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def blank(match):
    """Spaces of the same shape, so that lines and columns stay."""
    return re.sub(r'[^\n]', ' ', match.group())


def bare(text):
    """C without its comments and without what stands inside its literals."""
    def one(match):
        word = match.group()
        if word[0] == '/':
            return blank(match)
        return word[0] + ' ' * (len(word) - 2) + word[-1]
    return TOKEN.sub(one, text)


def without_directives(text):
    return re.sub(r'^[ \t]*#(?:[^\n]*\\\n)*[^\n]*', blank, text, flags=re.M)


def functions(code):
    """(first line, last line, tokens of the body with their lines) of every function."""
    depth, start, begin, is_function = 0, 0, 0, False
    for match in re.finditer(r'[{};]', code):
        mark, at = match.group(), match.start()
        if mark == '{':
            if depth == 0:
                head = code[start:at].strip()
                is_function = head.endswith(')') and '=' not in head
                begin = at
            depth += 1
        elif mark == '}':
            depth -= 1
            if depth == 0:
                if is_function:
                    lead = len(code[start:at]) - len(code[start:at].lstrip())
                    yield line_of(code, start + lead), line_of(code, at), begin, at + 1
                start = at + 1
        elif depth == 0:
            start = at + 1


class Statements:
    """The deepest nesting of if, for, while, do and switch in one function."""

    def __init__(self, code, begin, end):
        self.tokens = [(m.group(), m.start() + begin)
                       for m in re.finditer(r'[A-Za-z_]\w*|[{}()\[\];:?]', code[begin:end])]
        self.at, self.deepest, self.where = 0, 0, begin

    def look(self):
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ''

    def skip(self):
        """One token, or everything between two brackets."""
        ends = {'(': ')', '[': ']', '{': '}'}.get(self.look())
        self.at += 1
        while ends and self.at < len(self.tokens) and self.look() != ends:
            self.skip()
        self.at += 1 if ends else 0

    def body(self, depth):
        if depth > self.deepest:
            self.deepest = depth
            self.where = self.tokens[min(self.at, len(self.tokens) - 1)][1]
        self.statement(depth)

    def statement(self, depth):
        word = self.look()
        if word == '{':
            self.at += 1
            while self.look() not in ('}', ''):
                self.statement(depth)
            self.at += 1
        elif word in ('for', 'while', 'switch', 'if'):
            self.at += 1
            self.skip()
            self.body(depth + 1)
            while word == 'if' and self.look() == 'else':
                self.at += 1
                if self.look() == 'if':  # a ladder of else-ifs is one level
                    self.at += 1
                    self.skip()
                self.body(depth + 1)
        elif word == 'do':
            self.at += 1
            self.body(depth + 1)
            self.until(';')
        elif word in ('case', 'default'):
            self.until(':')
        else:
            self.until(';')

    def until(self, end):
        while self.look() not in (end, ''):
            if self.look() == '}':
                return
            self.skip()
        self.at += 1
