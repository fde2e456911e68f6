//! Which encoding bytes are in that are not UTF-8: what a Japanese reading comes to, and what a detector counts.

use std::io::{self, Seek as _, SeekFrom};

use encoding_rs::{BIG5, Decoder, EUC_JP, EUC_KR, Encoding, GB18030, GBK, SHIFT_JIS, WINDOWS_1252};

use super::{CHUNK, Source, each_chunk};
use crate::domain::Marketplace;

/// The encoding of bytes that are not UTF-8.
pub(super) fn guess(source: &mut Source, site: Option<Marketplace>) -> io::Result<&'static Encoding> {
    source.0.seek(SeekFrom::Start(0))?;
    let mut trial = Trial::new();
    each_chunk(source, |chunk| trial.take(chunk))?;
    Ok(trial.verdict(site))
}

/// Reads bytes as CP932 to see whether Japanese comes out, and lets the detector count beside it.
struct Trial {
    decoder: Decoder,
    out: String,
    errors: bool,
    kana: u64,
    wide: u64,
    detector: chardetng::EncodingDetector,
    runs: u64,
    single_runs: u64,
    run: u64,
    high: u64,
}

impl Trial {
    fn new() -> Self {
        Self {
            decoder: SHIFT_JIS.new_decoder_without_bom_handling(),
            out: String::with_capacity(CHUNK * 3 + 16),
            errors: false,
            kana: 0,
            wide: 0,
            detector: chardetng::EncodingDetector::new(chardetng::Iso2022JpDetection::Deny),
            runs: 0,
            single_runs: 0,
            run: 0,
            high: 0,
        }
    }

    fn take(&mut self, chunk: &[u8]) {
        self.detector.feed(chunk, false);
        self.out.clear();
        let (_, _, errors) = self.decoder.decode_to_string(chunk, &mut self.out, false);
        self.errors |= errors;
        for letter in self.out.chars().filter(|letter| !letter.is_ascii()) {
            self.wide += 1;
            self.kana += u64::from(matches!(letter, '\u{3040}'..='\u{30ff}'));
        }
        for byte in chunk {
            if *byte >= 0x80 {
                self.run += 1;
            } else if self.run > 0 {
                self.end_run();
            }
        }
    }

    fn end_run(&mut self) {
        self.runs += 1;
        self.high += self.run;
        self.single_runs += u64::from(self.run == 1);
        self.run = 0;
    }

    fn verdict(mut self, site: Option<Marketplace>) -> &'static Encoding {
        if self.run > 0 {
            self.end_run();
        }
        self.detector.feed(b"", true);
        let detected = self.detector.guess(None, chardetng::Utf8Detection::Deny);
        // A Latin text has its accents one by one; Asian ones come in rows.
        let in_rows = self.single_runs * 4 <= self.runs && self.high >= 6;
        let japanese = !self.errors && self.kana > 0 && self.kana * 5 >= self.wide;
        match site {
            Some(Marketplace::Jp) if !self.errors => SHIFT_JIS,
            Some(Marketplace::Jp) if in_rows && detected == EUC_JP => EUC_JP,
            _ if japanese => SHIFT_JIS,
            _ if in_rows && !self.errors && detected == SHIFT_JIS => SHIFT_JIS,
            _ if in_rows && [EUC_JP, GBK, GB18030, BIG5, EUC_KR].contains(&detected) => detected,
            _ => WINDOWS_1252,
        }
    }
}
