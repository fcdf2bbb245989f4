"""Messages are cut out of the stream wherever it is split, and impossible ones are refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sparkify_harness.redshift.errors import ProtocolViolation
from sparkify_harness.redshift.front.wire.framing import MAX_STARTUP, Frame, FrameDecoder

FRAMES = st.lists(
    st.builds(
        Frame,
        type=st.sampled_from([b"Q", b"P", b"S", b"\xff"]),
        payload=st.binary(max_size=50),
    ),
    max_size=8,
)


def raw(frame: Frame) -> bytes:
    return frame.type + (len(frame.payload) + 4).to_bytes(4, "big") + frame.payload


@given(frames=FRAMES, cuts=st.lists(st.integers(min_value=1, max_value=20), max_size=30))
def test_frames_survive_any_split(frames: list[Frame], cuts: list[int]) -> None:
    stream = b"".join(map(raw, frames))
    decoder = FrameDecoder(typed=True)
    got = []
    for cut in [*cuts, len(stream)]:
        piece, stream = stream[:cut], stream[cut:]
        decoder.feed(piece)
        while frame := decoder.next():
            got.append(frame)
    assert got == frames
    assert not decoder.pending


@given(frames=FRAMES)
def test_waiting_messages_can_be_looked_at(frames: list[Frame]) -> None:
    decoder = FrameDecoder(typed=True)
    decoder.feed(b"".join(map(raw, frames)) + b"Q\0\0")
    assert list(decoder.upcoming()) == [frame.type for frame in frames]
    assert decoder.next() == (frames[0] if frames else None)


def test_a_start_up_packet_has_no_type() -> None:
    decoder = FrameDecoder()
    decoder.feed(b"\0\0\0\6ab")
    assert decoder.next() == Frame(b"", b"ab")


@pytest.mark.parametrize(
    "length",
    [
        pytest.param(0, id="zero"),
        pytest.param(3, id="shorter than itself"),
        pytest.param(-1, id="negative"),
        pytest.param(MAX_STARTUP + 1, id="longer than the limit"),
        pytest.param(0x7FFFFFFF, id="as long as can be"),
    ],
)
def test_impossible_lengths_are_refused_before_the_contents_arrive(length: int) -> None:
    decoder = FrameDecoder(typed=True)
    decoder.feed(b"Q" + length.to_bytes(4, "big", signed=True))
    with pytest.raises(ProtocolViolation, match="invalid message length"):
        decoder.next()
