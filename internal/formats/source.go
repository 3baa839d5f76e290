package formats

import (
	"bytes"
	"os"
	"unicode/utf8"
)

// sources holds the text of files. A file that cannot be read has none, and
// columns in it are those given.
type sources map[string][]byte

func (s sources) text(file string) []byte {
	text, ok := s[file]
	if !ok {
		text, _ = os.ReadFile(file) // without the text a report is poorer, not wrong
		s[file] = text
	}
	return text
}

// line returns line n, counting from 1, without its end.
func (s sources) line(file string, n int) []byte {
	text := s.text(file)
	for ; n > 1 && len(text) > 0; n-- {
		_, after, ok := bytes.Cut(text, []byte("\n"))
		if !ok {
			return nil
		}
		text = after
	}
	line, _, _ := bytes.Cut(text, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r"))
}

// column returns in UTF-16 code units, from 1, what col is in bytes.
func (s sources) column(file string, line, col int) int {
	text := s.line(file, line)
	if col < 1 || col-1 > len(text) {
		return col
	}
	return utf16Len(text[:col-1]) + 1
}

// position returns the line and the column, in UTF-16 code units, of a byte
// offset.
func (s sources) position(file string, offset int) (line, col int) {
	text := s.text(file)
	text = text[:min(offset, len(text))]
	line = 1 + bytes.Count(text, []byte("\n"))
	return line, utf16Len(text[bytes.LastIndexByte(text, '\n')+1:]) + 1
}

// utf16Len returns how many UTF-16 code units UTF-8 text is, and one for each
// byte that is not UTF-8.
func utf16Len(text []byte) int {
	n := 0
	for len(text) > 0 {
		r, size := utf8.DecodeRune(text)
		if n++; r > 0xFFFF {
			n++
		}
		text = text[size:]
	}
	return n
}
