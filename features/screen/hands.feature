Feature: Displays, quality, clipboard, privacy, special actions, restart
  What hangs on a shared screen, on a PC.

  Background:
    Given the site "acme"
    And Alex is signed in to the desktop console
    And Carla is a customer with a Windows PC on fibre
    And Carla is in session with Alex

  @DSP-01
  Scenario: Another display is shown
    Given Carla's device has a second display of 1280 by 1024 pixels
    And Alex has screen sharing open in Carla's session
    Then Alex can show the displays "Display 1, Display 2" of Carla's device
    And Alex sees a picture of 1920 by 1080 pixels of Carla's screen
    When Alex shows the display "Display 2" of Carla's device
    Then Alex sees a picture of 1280 by 1024 pixels of Carla's screen
    And Alex sees Carla's screen to the pixel

  @DSP-01
  Scenario: A display that is unplugged is no longer offered, and the first one is shown
    Given Carla's device has a second display of 1280 by 1024 pixels
    And Alex has screen sharing open in Carla's session
    When Alex shows the display "Display 2" of Carla's device
    And Carla's device loses the second display
    Then Alex can show the displays "Display 1" of Carla's device
    And Alex sees a picture of 1920 by 1080 pixels of Carla's screen

  @DSP-02
  Scenario Outline: Another quality holds from the next frame on, and what stands still is exact in each
    Given the "video" is open on Carla's device
    And Alex has screen sharing open in Carla's session
    When Alex sets the picture of Carla's screen to "<quality>"
    And 5 seconds pass
    Then the picture of Carla's screen on Alex's console is within <dB> dB
    When the window in front is closed on Carla's device
    Then Alex sees Carla's screen to the pixel

    Examples:
      | quality          | dB |
      | best quality     | 30 |
      | balanced         | 25 |
      | best performance | 20 |

  @DSP-02
  Scenario: A better quality of the same content costs more on the line
    Given Carla's screen is busy with "video"
    And Alex has screen sharing open in Carla's session
    When Alex sets the picture of Carla's screen to "best performance"
    And 2 seconds pass
    And for 3 seconds the frames of Carla's screen on Alex's console are weighed as "best_performance"
    And Alex sets the picture of Carla's screen to "best quality"
    And 2 seconds pass
    And for 3 seconds the frames of Carla's screen on Alex's console are weighed as "best_quality"
    Then the frames weighed as "best_quality" are at least 1.5 times as heavy as those weighed as "best_performance"

  @SPA-05
  Scenario: The clipboard goes to the customer's machine
    Given "https://support.example.com/help" is on the clipboard of Alex's device
    When Alex pastes the clipboard to Carla's device
    Then the clipboard of Carla's device holds "https://support.example.com/help"

  @SPA-05
  Scenario: The customer's clipboard comes to the representative's machine
    Given "Error 0x80070005" is on the clipboard of Carla's device
    When Alex fetches the clipboard of Carla's device
    Then the clipboard of Alex's device holds "Error 0x80070005"

  @PRV-01 @PRV-02
  Scenario: Behind the privacy screen the customer neither sees nor does anything
    Given the "form" is open on Carla's device
    And Alex has screen sharing open in Carla's session
    And Alex sees Carla's screen
    When Alex turns the privacy screen on in Carla's session
    Then Alex reads that the privacy screen is on in Carla's session
    And Carla sees the privacy screen at the device
    When Carla clicks "Save" at the device
    Then the button "Save" is never pressed on Carla's device
    When Alex clicks "Save" on Carla's screen
    Then the button "Save" was pressed on Carla's device
    And Alex sees Carla's screen to the pixel
    When Alex turns the privacy screen off in Carla's session
    Then Carla sees the own screen at the device

  @PRV-03
  Scenario: Ctrl+Alt+Del gives the customer the machine back
    Given Alex has screen sharing open in Carla's session
    And Alex turns the privacy screen on in Carla's session
    And Carla sees the privacy screen at the device
    When Carla presses Ctrl+Alt+Del at the device
    Then Alex reads that the privacy screen is off in Carla's session
    And Alex reads that "the customer pressed Ctrl+Alt+Del" in Carla's session
    And Carla sees the own screen at the device

  Scenario: A representative who is gone leaves no privacy screen behind
    Given Alex has screen sharing open in Carla's session
    And Alex turns the privacy screen on in Carla's session
    And Carla sees the privacy screen at the device
    When Alex's console is killed
    Then Carla sees the own screen at the device

  Scenario: A line that breaks ends the privacy screen, and keeps the choice of a display
    Given Carla's device has a second display of 1280 by 1024 pixels
    And Alex has screen sharing open in Carla's session
    And Alex turns the privacy screen on in Carla's session
    And Carla sees the privacy screen at the device
    When Alex shows the display "Display 2" of Carla's device
    Then Alex sees a picture of 1280 by 1024 pixels of Carla's screen
    When Carla's network goes down
    And 40 seconds pass
    Then Alex reads that the privacy screen is off in Carla's session
    And Carla sees the own screen at the device
    When Carla's network comes back
    And 60 seconds pass
    Then Alex sees a picture of 1280 by 1024 pixels of Carla's screen

  @SPA-01
  Scenario: Special actions depend on the machine
    When Alex opens the special actions of Carla's session
    Then Alex is offered the special actions "Task Manager, Command Prompt, Control Panel, Event Viewer, Lock Screen" in Carla's session
    When Alex runs the special action "Task Manager" on Carla's device
    Then Alex reads that "Task Manager" was done in Carla's session
    And "Task Manager" is in front on Carla's device

  @SPA-01
  Scenario Outline: Of <machine> they are its own
    Given Dana is a customer with <machine> on fibre
    And Dana is in session with Alex
    When Alex opens the special actions of Dana's session
    Then Alex is offered the special actions "<actions>" in Dana's session

    Examples:
      | machine          | actions                                                   |
      | a Mac            | Terminal, System Settings, Activity Monitor, Lock Screen  |
      | a Linux PC       | Terminal, System Settings, Lock Screen                    |
      | an Android phone | Home, Back, Recent Apps, System Settings                  |

  @SPA-01 @SPA-02
  Scenario: Special actions that are open follow the rights of the client
    Given Alex opens the special actions of Carla's session
    Then Alex is offered the special actions "Task Manager, Command Prompt, Control Panel, Event Viewer, Lock Screen" in Carla's session
    When Alex elevates Carla's client as "admin" with "correct horse"
    Then Alex is offered the special actions "Ctrl+Alt+Del, Task Manager, Command Prompt, Control Panel, Event Viewer, Lock Screen" in Carla's session
    When Alex opens the special actions of Carla's session
    And 1 second passes
    Then Alex is offered the special actions "Ctrl+Alt+Del, Task Manager, Command Prompt, Control Panel, Event Viewer, Lock Screen" in Carla's session

  @SPA-02
  Scenario: Without administrative rights nothing runs as System
    Given Alex opens the special actions of Carla's session
    Then Alex can run special actions in Carla's session as "the active user, another user"
    When Alex tries to run the special action "Event Viewer" on Carla's device as System
    Then Alex is told "found to run it as System"

  @SPA-03
  Scenario: A special action runs as an administrator whose password is known
    Given Alex opens the special actions of Carla's session
    When Alex runs the special action "Event Viewer" on Carla's device as "admin" with the password "correct horse"
    Then Alex reads that "Event Viewer" was done in Carla's session
    And Alex reads "Event Viewer is open, as admin" from "Event Viewer" in Carla's session
    And "Event Viewer" is in front on Carla's device

  @SPA-03
  Scenario: A wrong password runs nothing
    Given Alex opens the special actions of Carla's session
    When Alex runs the special action "Event Viewer" on Carla's device as "admin" with the password "wrong horse"
    Then Alex reads that "Event Viewer" was not done in Carla's session
    And Alex reads "wrong" from "Event Viewer" in Carla's session

  @DSP-03
  Scenario: A machine restarts, and the session goes on when it is back
    Given the "form" is open on Carla's device
    And Alex has screen sharing open in Carla's session
    And Alex sees Carla's screen
    When Alex restarts Carla's device
    Then Alex reads that Carla's device is restarting
    When 90 seconds pass
    And Carla writes "It is back"
    Then Alex reads "It is back" from Carla
    And Alex sees Carla's screen to the pixel

  @ELV-03
  Scenario: A protected window can neither be seen nor touched, and the representative reads why
    Given the "form" is open on Carla's device
    And Alex has screen sharing open in Carla's session
    And Alex sees Carla's screen
    When "Updater" asks for administrative rights on Carla's device
    Then Alex reads that "User Account Control" is protected on Carla's device
    When Alex clicks "No" on Carla's screen
    Then Alex reads that input is blocked on Carla's device
    And the button "No" is never pressed on Carla's device
    When Carla clicks "No" at the device
    Then nothing is protected from Alex on Carla's device
    And Alex sees Carla's screen to the pixel

  @ELV-03 @SCR-02
  Scenario: A key that is held when a protected window opens is let go all the same
    Given Alex has screen sharing open in Carla's session
    When Alex double-clicks "Report.txt" on Carla's screen
    Then "Notes" is in front on Carla's device
    When Alex holds "Ctrl" down on Carla's screen
    And 1 second passes
    And "Updater" asks for administrative rights on Carla's device
    And Alex lets "Ctrl" go on Carla's screen
    And 1 second passes
    And Carla clicks "No" at the device
    Then nothing is protected from Alex on Carla's device
    When Alex types "Printer" on Carla's screen
    Then the editor on Carla's device reads "Printer"
