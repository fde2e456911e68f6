//! Bytes to text: byte order mark, UTF-16 by its NULs, valid UTF-8, then CP932 when Japanese, else windows-1252.
//!
//! A file is read twice: once to find out its encoding (nothing of it is kept), once to decode it in pieces.

use std::io::{self, BufRead, Cursor, Read, Seek, SeekFrom};

use encoding_rs::{Decoder, Encoding, ISO_2022_JP, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE};

mod guess;

use self::guess::guess;
use crate::domain::Marketplace;

/// How many bytes from the beginning are kept to look at: one record may have as many.
pub const HEAD: usize = 1 << 20;
const CHUNK: usize = 1 << 16;
/// How many lines are remembered by number.
const NAMED: usize = 20;

/// Something that can be read twice from its beginning.
pub trait Rewind: Read + Seek + Send {}
impl<T: Read + Seek + Send> Rewind for T {}

/// The bytes of one file.
pub struct Source(pub(super) Box<dyn Rewind>);

impl Source {
    /// Bytes that are in memory: standard input, an attachment.
    #[must_use]
    pub fn bytes(bytes: Vec<u8>) -> Self {
        Self(Box::new(Cursor::new(bytes)))
    }

    /// An open file; it is read in pieces, so its size does not matter.
    #[must_use]
    pub fn file(file: impl Rewind + 'static) -> Self {
        Self(Box::new(file))
    }
}

impl std::fmt::Debug for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Source")
    }
}

/// What the first reading of a file found.
#[derive(Debug, Clone)]
pub struct Survey {
    /// Length in bytes.
    pub length: u64,
    /// The first [`HEAD`] bytes.
    pub head: Vec<u8>,
    /// How the text is decoded.
    pub encoding: &'static Encoding,
    /// Bytes of the byte order mark, which are not text.
    pub bom: u64,
    /// The encoding was guessed: neither a mark, nor NULs, nor valid UTF-8 said it.
    pub guessed: bool,
    /// Lines (1-based) with bytes that are not UTF-8, the first twenty; empty in UTF-16.
    pub bad_lines: Vec<u64>,
    /// Lines with NUL bytes, the first twenty; empty in UTF-16.
    pub nul_lines: Vec<u64>,
    /// Nothing but white space and NULs.
    pub blank: bool,
    /// UTF-32, which no report is in.
    pub utf32: bool,
}

impl Survey {
    /// Where single characters could not be read, so that U+FFFD in the text means damage.
    #[must_use]
    pub fn damaged(&self) -> bool {
        !self.bad_lines.is_empty()
    }

    /// The head as text.
    #[must_use]
    pub fn head_text(&self) -> String {
        let start = usize::try_from(self.bom).unwrap_or(0).min(self.head.len());
        let (text, _) = self.encoding.decode_without_bom_handling(&self.head[start..]);
        let whole = self.length <= self.head.len() as u64;
        // A character cut at the end of the head is no damage of the file.
        if whole { text.into_owned() } else { text.trim_end_matches('\u{fffd}').to_owned() }
    }
}

/// Reads a source once and finds out its encoding. Leaves it at its beginning.
///
/// # Errors
/// What reading says.
pub fn survey(source: &mut Source, site: Option<Marketplace>) -> io::Result<Survey> {
    let mut look = Look::default();
    source.0.seek(SeekFrom::Start(0))?;
    each_chunk(source, |chunk| look.take(chunk))?;
    look.end();
    source.0.seek(SeekFrom::Start(0))?;
    let mut found = Survey {
        length: look.length,
        encoding: UTF_8,
        bom: 0,
        guessed: false,
        bad_lines: look.lines(&look.bad),
        nul_lines: look.lines(&look.nul),
        blank: look.blank,
        utf32: false,
        head: std::mem::take(&mut look.head),
    };
    if let Some((encoding, bom)) = by_mark(&found.head) {
        (found.encoding, found.bom, found.utf32) = (encoding.unwrap_or(UTF_8), bom, encoding.is_none());
    } else if let Some(encoding) = by_nuls(&found.head) {
        (found.encoding, found.utf32) = (encoding.unwrap_or(UTF_8), encoding.is_none());
    } else if found.head.windows(3).any(|three| matches!(three, b"\x1b$B" | b"\x1b$@")) && look.bad.is_empty()
    {
        (found.encoding, found.guessed) = (ISO_2022_JP, true);
    } else if look.bad_count > u64::from(look.cut) && look.letters <= look.bad_count {
        (found.encoding, found.guessed) = (guess(source, site)?, true);
        source.0.seek(SeekFrom::Start(0))?;
    }
    if found.encoding != UTF_8 && !found.guessed {
        found.bad_lines.clear();
        found.nul_lines.clear();
    }
    Ok(found)
}

fn each_chunk(source: &mut Source, mut take: impl FnMut(&[u8])) -> io::Result<()> {
    let mut chunk = vec![0; CHUNK];
    loop {
        match source.0.read(&mut chunk) {
            Ok(0) => return Ok(()),
            Ok(read) => take(&chunk[..read]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// The encoding of a byte order mark and the mark's length; no encoding for UTF-32.
fn by_mark(head: &[u8]) -> Option<(Option<&'static Encoding>, u64)> {
    match head {
        [0xff, 0xfe, 0, 0, ..] | [0, 0, 0xfe, 0xff, ..] => Some((None, 4)),
        [0xef, 0xbb, 0xbf, ..] => Some((Some(UTF_8), 3)),
        [0xff, 0xfe, ..] => Some((Some(UTF_16LE), 2)),
        [0xfe, 0xff, ..] => Some((Some(UTF_16BE), 2)),
        _ => None,
    }
}

/// UTF-16 and UTF-32 without a mark: the header is Latin, so every second (or three of four) bytes are NUL.
#[allow(clippy::option_option, reason = "no NULs, UTF-32, or one of the two UTF-16")]
fn by_nuls(head: &[u8]) -> Option<Option<&'static Encoding>> {
    let head = &head[..head.len().min(512) & !3];
    let nuls = |rest: usize| head.iter().skip(rest).step_by(4).filter(|byte| **byte == 0).count();
    let (quarter, at) = (head.len() / 4, [nuls(0), nuls(1), nuls(2), nuls(3)]);
    let mostly = |count: usize| count * 5 >= quarter * 3;
    let hardly = |count: usize| count * 10 <= quarter;
    if quarter == 0 {
        None
    } else if (mostly(at[1]) && mostly(at[2])) && (mostly(at[0]) != mostly(at[3])) {
        Some(None)
    } else if mostly(at[1]) && mostly(at[3]) && hardly(at[0]) && hardly(at[2]) {
        Some(Some(UTF_16LE))
    } else if mostly(at[0]) && mostly(at[2]) && hardly(at[1]) && hardly(at[3]) {
        Some(Some(UTF_16BE))
    } else {
        None
    }
}

/// What one pass over the bytes counts.
#[derive(Default)]
struct Look {
    length: u64,
    head: Vec<u8>,
    /// Bytes of a character that the last chunk cut.
    carry: Vec<u8>,
    newlines: u64,
    returns: u64,
    /// Letters of more than one byte that are valid UTF-8.
    letters: u64,
    bad_count: u64,
    /// Newlines and carriage returns before each place that is not UTF-8.
    bad: Vec<(u64, u64)>,
    nul: Vec<(u64, u64)>,
    blank: bool,
    begun: bool,
    /// The file ends inside a letter.
    cut: bool,
}

impl Look {
    fn take(&mut self, chunk: &[u8]) {
        if !self.begun {
            (self.begun, self.blank) = (true, true);
        }
        self.length += chunk.len() as u64;
        let room = HEAD.saturating_sub(self.head.len()).min(chunk.len());
        self.head.extend_from_slice(&chunk[..room]);
        let mut bytes = std::mem::take(&mut self.carry);
        bytes.extend_from_slice(chunk);
        let mut rest = bytes.as_slice();
        loop {
            match std::str::from_utf8(rest) {
                Ok(_) => return self.count(rest),
                Err(error) => {
                    let (good, after) = rest.split_at(error.valid_up_to());
                    self.count(good);
                    let Some(length) = error.error_len() else {
                        self.carry = after.to_vec();
                        return;
                    };
                    self.bad();
                    rest = &after[length..];
                }
            }
        }
    }

    fn end(&mut self) {
        if !self.carry.is_empty() {
            self.cut = true;
            self.bad();
        }
        self.blank |= !self.begun;
    }

    fn bad(&mut self) {
        self.bad_count += 1;
        self.blank = false;
        note(&mut self.bad, (self.newlines, self.returns));
    }

    fn count(&mut self, valid: &[u8]) {
        for byte in valid {
            match byte {
                b'\n' => self.newlines += 1,
                b'\r' => self.returns += 1,
                0 => note(&mut self.nul, (self.newlines, self.returns)),
                b'\t' | b' ' | 0xef | 0xbb | 0xbf => {}
                0xc2.. => {
                    self.letters += 1;
                    self.blank = false;
                }
                _ => self.blank = false,
            }
        }
    }

    /// Line numbers of places: lines end with a newline, in old files with a carriage return.
    fn lines(&self, places: &[(u64, u64)]) -> Vec<u64> {
        let line =
            |(newlines, returns): &(u64, u64)| 1 + if self.newlines == 0 { *returns } else { *newlines };
        places.iter().map(line).collect()
    }
}

fn note(places: &mut Vec<(u64, u64)>, place: (u64, u64)) {
    if places.len() < NAMED && places.last() != Some(&place) {
        places.push(place);
    }
}

/// The name operators know an encoding by.
#[must_use]
pub fn name(encoding: &'static Encoding) -> &'static str {
    if encoding == SHIFT_JIS { "Shift_JIS (CP932)" } else { encoding.name() }
}

/// The text of a source, decoded piece by piece into UTF-8.
pub struct Decoded {
    source: Source,
    decoder: Decoder,
    raw: Vec<u8>,
    /// Bytes of `raw` that are read but not decoded yet.
    held: std::ops::Range<usize>,
    out: Vec<u8>,
    given: std::ops::Range<usize>,
    ended: bool,
    read: u64,
}

impl std::fmt::Debug for Decoded {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Decoded({} bytes read)", self.read)
    }
}

impl Decoded {
    /// Starts behind the byte order mark.
    ///
    /// # Errors
    /// What reading says.
    pub fn open(mut source: Source, survey: &Survey) -> io::Result<Self> {
        source.0.seek(SeekFrom::Start(survey.bom))?;
        Ok(Self {
            source,
            decoder: survey.encoding.new_decoder_without_bom_handling(),
            raw: vec![0; CHUNK],
            held: 0..0,
            out: vec![0; CHUNK * 3 + 64],
            given: 0..0,
            ended: false,
            read: survey.bom,
        })
    }

    /// How many bytes of the source are read.
    #[must_use]
    pub const fn position(&self) -> u64 {
        self.read
    }
}

impl Read for Decoded {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.fill_buf()?.read(into)?;
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Decoded {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        while self.given.is_empty() && !self.ended {
            if self.held.is_empty() {
                let read = match self.source.0.read(&mut self.raw) {
                    Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                    other => other?,
                };
                self.held = 0..read;
                self.read += read as u64;
            }
            let last = self.held.is_empty();
            let (result, read, written, _) =
                self.decoder.decode_to_utf8(&self.raw[self.held.clone()], &mut self.out, last);
            self.held.start += read;
            self.given = 0..written;
            self.ended = last && result == encoding_rs::CoderResult::InputEmpty;
        }
        Ok(&self.out[self.given.clone()])
    }

    fn consume(&mut self, amount: usize) {
        self.given.start = (self.given.start + amount).min(self.given.end);
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{GBK, WINDOWS_1252};

    use proptest::prelude::*;

    use super::*;

    fn text(bytes: &[u8], site: Option<Marketplace>) -> (String, Survey) {
        let mut source = Source::bytes(bytes.to_vec());
        let survey = survey(&mut source, site).unwrap();
        let mut text = String::new();
        Decoded::open(source, &survey).unwrap().read_to_string(&mut text).unwrap();
        (text, survey)
    }

    #[test]
    fn a_mark_or_nuls_or_valid_utf8_decide_without_a_guess() {
        let said = "order\tKäufer 漢字\n";
        let wide = |le: bool| -> Vec<u8> {
            said.encode_utf16()
                .flat_map(|unit| if le { unit.to_le_bytes() } else { unit.to_be_bytes() })
                .collect()
        };
        let marked = [b"\xef\xbb\xbf", said.as_bytes()].concat();
        for bytes in [
            said.as_bytes().to_vec(),
            marked,
            wide(true),
            wide(false),
            [b"\xff\xfe".to_vec(), wide(true)].concat(),
        ] {
            let (read, survey) = text(&bytes, None);
            assert_eq!((read.as_str(), survey.guessed), (said, false));
        }
    }

    #[test]
    fn japanese_bytes_are_read_as_cp932_and_european_ones_as_windows_1252() {
        let (shift_jis, _, _) = SHIFT_JIS.encode("商品\t壊れていた ソ表\n");
        assert_eq!(text(&shift_jis, None).0, "商品\t壊れていた ソ表\n");
        let (latin, _, _) = WINDOWS_1252.encode("Käufer wartet seit Wochen – größtes Ärgernis! 5 €\n");
        let (read, survey) = text(&latin, None);
        assert_eq!(read, "Käufer wartet seit Wochen – größtes Ärgernis! 5 €\n");
        assert!(survey.guessed);
        let (kanji, _, _) = SHIFT_JIS.encode("不良品\n");
        assert_eq!(text(&kanji, Some(Marketplace::Jp)).0, "不良品\n");
        let (chinese, _, _) = GBK.encode("坏了，要退款，商品和描述不一样\n");
        assert_eq!(text(&chinese, None).0, "坏了，要退款，商品和描述不一样\n");
    }

    #[test]
    fn one_bad_byte_in_a_utf8_file_spoils_only_itself() {
        let bytes = ["größe\nblau\n".as_bytes(), b"Wr\xffong gr\xc3\xbcn\n"].concat();
        let (read, survey) = text(&bytes, None);
        assert_eq!(read, "größe\nblau\nWr\u{fffd}ong grün\n");
        assert_eq!((survey.bad_lines.as_slice(), survey.guessed), ([3].as_slice(), false));
    }

    #[test]
    fn a_file_cut_inside_a_letter_is_still_utf8() {
        let (read, survey) = text(b"a\tb\n1\t\xe6\xbc", None);
        assert_eq!(
            (read.as_str(), survey.guessed, survey.bad_lines.as_slice()),
            ("a\tb\n1\t\u{fffd}", false, [2].as_slice())
        );
    }

    #[test]
    fn nuls_are_named_by_line_and_utf32_is_told() {
        assert_eq!(text(b"a\nb\0c\n", None).1.nul_lines, [2]);
        let utf32: Vec<u8> = "order-id\n".chars().flat_map(|letter| (letter as u32).to_le_bytes()).collect();
        assert!(text(&utf32, None).1.utf32);
    }

    proptest! {
        #[test]
        fn any_bytes_become_text(bytes in proptest::collection::vec(any::<u8>(), 0..600)) {
            let (_, survey) = text(&bytes, None);
            prop_assert_eq!(survey.length, bytes.len() as u64);
        }
    }
}
