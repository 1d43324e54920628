Feature: Gestures on a phone
  Fingers on the screen of a phone are hands on the customer's machine.

  Background:
    Given the site "acme"
    And Alex is signed in to the Android console
    And Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex
    And the "form" is open on Carla's device
    And Alex has screen sharing open in Carla's session
    And Alex sees Carla's screen

  @GES-01 @GES-03
  Scenario: A finger moves the pointer, and a tap clicks there
    When Alex drags the pointer to "Save" on Carla's screen
    Then Alex sees the pointer of Carla's screen on "Save"
    When Alex's fingers "tap" on Carla's screen
    Then the button "Save" was pressed on Carla's device

  @GES-03
  Scenario: A finger moves the pointer from where the customer has left it, and not past the edge
    When Alex drags the pointer to "Save" on Carla's screen
    Then Alex sees the pointer of Carla's screen on "Save"
    When Carla clicks "Name" at the device
    Then Alex sees the pointer of Carla's screen on "Name"
    When Alex's fingers "drag with one finger" on Carla's screen, 2 pixels right and 2 pixels down
    And 1 second passes
    And Alex's fingers "tap" on Carla's screen
    Then the button "Save" is never pressed on Carla's device
    When Alex's fingers "drag with one finger" on Carla's screen, 9000 pixels right and 9000 pixels down
    Then Alex sees the pointer of Carla's screen at 1919, 1079
    When Alex's fingers "drag with one finger" on Carla's screen, -200 pixels right and -100 pixels down
    Then Alex sees the pointer of Carla's screen at 1719, 979

  @GES-03
  Scenario: On a slow line, a finger goes on from where it has sent the pointer
    When Carla's link becomes satellite
    And Alex drags the pointer to "Save" on Carla's screen
    And Alex's fingers "drag with one finger" on Carla's screen, -60 pixels right and 0 pixels down
    And Alex's fingers "drag with one finger" on Carla's screen, 60 pixels right and 0 pixels down
    And 2 seconds pass
    And Alex's fingers "tap" on Carla's screen
    Then the button "Save" was pressed on Carla's device

  @GES-02
  Scenario: A double tap opens what is under the pointer
    When the window in front is closed on Carla's device
    And Alex drags the pointer to "Report.txt" on Carla's screen
    And Alex's fingers "double-tap" on Carla's screen
    Then "Notes" is in front on Carla's device

  @GES-04
  Scenario: Double-tap and drag moves what is under the pointer
    When the window in front is closed on Carla's device
    And Alex double-taps "Report.txt" and drags it to "Recycle bin" on Carla's screen
    Then "Report.txt" is in the bin of Carla's device

  @GES-05
  Scenario: Pinching goes to full size around the fingers, and back
    When Alex drags the pointer to "Save" on Carla's screen
    And Alex pinches around "Name" on Carla's screen
    Then Alex sees Carla's screen at full size around "Name"
    When Alex pinches around "Name" on Carla's screen
    Then Alex sees Carla's screen scaled

  @GES-06
  Scenario: A tap with two fingers is a right click
    When the window in front is closed on Carla's device
    And Alex drags the pointer to "Report.txt" on Carla's screen
    And Alex's fingers "tap with two fingers" on Carla's screen
    Then Carla's device shows the menu entry "New text file"

  @GES-07
  Scenario: Three fingers turn the wheel
    When the "document" is opened on Carla's device
    And Alex drags the pointer to "Administration guide" on Carla's screen
    And Alex's fingers "drag with one finger" on Carla's screen, 0 pixels right and 600 pixels down
    And Alex's fingers "drag with three fingers" on Carla's screen, 0 pixels right and -400 pixels down
    Then the document on Carla's device is scrolled down

  @GES-07
  Scenario: Three fingers that go slowly turn the wheel, too
    When the "document" is opened on Carla's device
    And Alex drags the pointer to "Administration guide" on Carla's screen
    And Alex's fingers "drag with one finger" on Carla's screen, 0 pixels right and 600 pixels down
    And Alex's fingers "drag with three fingers" on Carla's screen, 0 pixels right and -30 pixels down
    Then the document on Carla's device is at its top
    When Alex's fingers "drag with three fingers" on Carla's screen, 0 pixels right and -30 pixels down
    Then the document on Carla's device is scrolled down

  @GES-07 @SET-05
  Scenario: Swapped, three fingers pan and two turn the wheel
    When Alex ticks "Swap scroll and pan gestures"
    And the "document" is opened on Carla's device
    And Alex drags the pointer to "Administration guide" on Carla's screen
    And Alex's fingers "drag with one finger" on Carla's screen, 0 pixels right and 600 pixels down
    And Alex's fingers "drag with three fingers" on Carla's screen, 0 pixels right and -400 pixels down
    Then the document on Carla's device is at its top
    When Alex's fingers "drag with two fingers" on Carla's screen, 0 pixels right and -400 pixels down
    Then the document on Carla's device is scrolled down

  @GES-08 @SCR-05
  Scenario: A tap with three fingers opens the keyboard, and puts it away
    When Alex's fingers "tap with three fingers" on Carla's screen
    Then the keyboard of Alex's phone is open in Carla's session
    When Alex's fingers "tap with three fingers" on Carla's screen
    Then the keyboard of Alex's phone is closed in Carla's session

  @GES-09
  Scenario: A finger that stays points the cursor out
    When Alex drags the pointer to "Save" on Carla's screen
    And Alex's fingers "tap and hold" on Carla's screen
    Then Alex's phone points out the pointer of Carla's screen

  @SCR-05 @SPA-05 @DSP-01 @DSP-03
  Scenario: Options paste the clipboard, show another display and restart the machine
    Given "https://support.example.com/help" is on the clipboard of Alex's device
    And Carla's device has a second display of 1280 by 1024 pixels
    When Alex opens the options of Carla's session
    And Alex picks the option "Paste Clipboard" of Carla's session
    Then the clipboard of Carla's device holds "https://support.example.com/help"
    And Alex can show the displays "Display 1, Display 2" of Carla's device
    When Alex opens the options of Carla's session
    And Alex picks the option "Displays" of Carla's session
    And Alex picks the choice "Display 2" in Carla's session
    Then Alex sees a picture of 1280 by 1024 pixels of Carla's screen
    When Alex opens the options of Carla's session
    And Alex picks the option "Reboot" of Carla's session
    Then Alex reads that Carla's device is restarting

  @SCR-05 @DSP-02
  Scenario: Options lead to their functions
    When Alex opens the options of Carla's session
    And Alex picks the option "Performance" of Carla's session
    And Alex picks the choice "best quality" in Carla's session
    And Carla's screen is busy with "video"
    And 1 second passes
    And for 1 second the frames of Carla's screen on Alex's console are weighed as "best_quality"
    And Alex opens the options of Carla's session
    And Alex picks the option "Performance" of Carla's session
    And Alex picks the choice "best performance" in Carla's session
    And 1 second passes
    And for 1 second the frames of Carla's screen on Alex's console are weighed as "best_performance"
    And Carla's screen stands still
    Then the frames weighed as "best_quality" are at least 1.5 times as heavy as those weighed as "best_performance"
    When Alex opens the options of Carla's session
    And Alex picks the option "Privacy Screen" of Carla's session
    Then Carla sees the privacy screen at the device
    When Alex opens the options of Carla's session
    And Alex picks the option "Special Actions" of Carla's session
    Then Alex is offered the special actions "Task Manager, Command Prompt, Control Panel, Event Viewer, Lock Screen" in Carla's session
